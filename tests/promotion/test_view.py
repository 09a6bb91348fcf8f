"""The view of a plan: losses first, nothing hidden, nothing of others that could pass for our own words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import plan
from engine.canonical import State, canonical, key_of
from engine.differences import Content, Mark, PropertyChange
from engine.plan import Plan
from engine.values import SECRET, SIGNATURE
from promotion import reversal, text
from promotion.repository import Commit, Person
from promotion.schema import visible
from promotion.view import Subject, view

KEY = key_of("passphrase")
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
STACK = "urn:pulumi:prod::distro::pulumi:pulumi:Stack::distro-prod"
PART = "urn:pulumi:prod::distro::distronation:aws:Part::data"
BUCKET = "urn:pulumi:prod::distro::distronation:aws:Part$aws:s3/bucket:Bucket::content"
OLD = "urn:pulumi:prod::distro::distronation:aws:Part$aws:s3/bucket:Bucket::old"
QUEUE = "urn:pulumi:prod::distro::aws:sqs/queue:Queue::ingest"
HIDDEN = {SIGNATURE: SECRET, "ciphertext": "v1:x"}
TEXTS = st.text(st.characters(), max_size=12)
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine


def start(**resources: Any) -> State:
    entries = [
        {"urn": OLD, "type": "aws:s3/bucket:Bucket", "parent": PART, "inputs": {"bucket": "old"}},
        {"urn": BUCKET, "type": "aws:s3/bucket:Bucket", "parent": PART, "protect": True, "inputs": {"bucket": "a"}},
        {"urn": QUEUE, "type": "aws:sqs/queue:Queue", "parent": STACK, "inputs": resources},
    ]
    return canonical(json.dumps({"deployment": {"resources": entries}}), KEY)


def entry(parent: str, *steps: str, protect: bool = False, **updates: Any) -> dict[str, Any]:
    return {
        "steps": list(steps),
        "goal": {"custom": parent != "", "parent": parent, "protect": protect, "inputDiff": {"updates": updates}},
    }


def planned(before: State, **updates: Any) -> Plan:
    """A bucket deleted, one replaced and no longer protected, a queue updated."""
    entries = {
        STACK: entry("", "same"),
        PART: entry(STACK, "same"),
        OLD: {"steps": ["delete"]},
        BUCKET: entry(PART, "create-replacement", "replace", "delete-replaced", bucket="b"),
        QUEUE: entry(STACK, "update", **updates),
    }
    return plan.read(json.dumps({"resourcePlans": entries}).encode(), before)


def commit(subject: str, name: str = "Sam") -> Commit:
    person = Person(name, "sam@example.com")
    return Commit("4f2a91c" + "0" * 33, "0" * 40, (), person, person, (), "2026-11-28T10:00:00+00:00", subject)


def subject(**changed: Any) -> Subject:
    facts: dict[str, Any] = {
        "promotion": "prm-0192", "release": "rel-7c1e04d9a2b1", "source": "staging", "target": "prod",
        "requester": "sam", "since": "rel-51aa0c3e77d0", "commits": (commit("Bound the queue"),),
        "start": "sha256:00", "rollback": "rel-51aa0c3e77d0",
    }  # fmt: skip
    return Subject(**(facts | changed))


def test_a_view_reads_like_this() -> None:
    found = planned(
        start(
            delaySeconds=1,
            policy='{"Statement": [{"Action": "sqs:SendMessage"}]}',
            tags={"a": HIDDEN | {"plaintext": '"x"'}},
        ),
        delaySeconds=2,
        policy='{"Statement": [{"Action": "*"}]}',
        tags={"a": HIDDEN},
        url=UNKNOWN,
    )
    assert view(subject(), found).content.decode() == f"""\
rel-7c1e04d9a2b1  staging → prod  (prm-0192)
requested by sam
since rel-51aa0c3e77d0: 1 commits by Sam <sam@example.com>
  4f2a91c00000 Bound the queue

!! DATA IS LOST: 2 resources that hold data are deleted or replaced
!! DELETE aws:s3/bucket:Bucket old
!! REPLACE aws:s3/bucket:Bucket content

! Protection is taken away
! aws:s3/bucket:Bucket content

Changes: 0 to create, 1 to update, 1 to replace, 1 to delete, 2 unchanged
  (no component)
    update aws:sqs/queue:Queue ingest
      delaySeconds: 1 → 2
      policy » Statement[0].Action: "sqs:SendMessage" → "*"
      tags.a: [secret] → [secret]
      url: [known after the deployment]
  data
    delete aws:s3/bucket:Bucket old (holds data)
    replace aws:s3/bucket:Bucket content (holds data)
      (protect): true → false
      bucket: "a" → "b"

Known after the deployment alone
  aws:sqs/queue:Queue ingest  url

If verification fails: back to rel-51aa0c3e77d0
  not undone: aws:s3/bucket:Bucket content comes back without what it holds now
  not undone: aws:s3/bucket:Bucket old comes back without what it holds now

plan {found.digest}
state sha256:00
"""  # fmt: skip


def test_an_unknown_policy_stands_apart() -> None:
    shown = view(subject(), planned(start(), policy=UNKNOWN)).content.decode()
    assert "Decides who may do what, and is not known yet\n  aws:sqs/queue:Queue ingest  policy\n" in shown


def test_a_first_release_has_nothing_to_go_back_to() -> None:
    shown = view(subject(since=None, rollback=None, commits=()), planned(start())).content.decode()
    assert "the first release in prod" in shown
    assert "there is nothing to go back to" in shown


def test_texts_of_several_lines_are_compared_line_by_line() -> None:
    before = "type Query {\n  a: Int\n}\n"
    shown = view(subject(), planned(start(schema=before), schema=before.replace("Int", "Int!"))).content.decode()
    assert '      - "  a: Int"\n      + "  a: Int!"\n' in shown
    assert "type Query" not in shown


@patient
@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_nothing_of_others_hides_or_starts_a_line(name: str, title: str, requester: str, content: str) -> None:
    found = planned(start(), **{name or "x": content})
    changed = subject(requester=requester, commits=(commit(title, name),))
    shown = view(changed, found).content.decode()
    assert all(visible(line) for line in shown.splitlines())
    assert shown.count("\n") == len(shown.splitlines())
    assert sum(line.startswith("plan sha256:") for line in shown.splitlines()) == 1
    assert view(changed, found) == view(changed, found)


@patient
@given(TEXTS, TEXTS)
def test_two_texts_never_look_alike(one: str, other: str) -> None:
    assert (text.escaped(one) == text.escaped(other)) == (one == other)
    assert (text.value(one) == text.value(other)) == (one == other)


@pytest.mark.parametrize("leaf", [Mark.SECRET, Mark.UNKNOWN, Mark.ABSENT, Content("f00"), None, True, 1, [], {}])
def test_no_text_looks_like_a_mark(leaf: Any) -> None:
    assert text.value(leaf) != text.value(str(text.value(leaf)))


def test_a_view_of_another_plan_or_state_is_another() -> None:
    one, other = planned(start(delaySeconds=1), delaySeconds=2), planned(start(delaySeconds=1), delaySeconds=3)
    digests = {view(subject(), one).digest, view(subject(), other).digest, view(subject(start="sha256:1"), one).digest}
    assert len(digests) == 3


def test_limits_name_what_a_rollback_leaves() -> None:
    entries = {
        BUCKET: {"steps": ["create"], "goal": {"parent": PART, "inputDiff": {"adds": {"bucket": "a"}}}},
        QUEUE: {"steps": ["create"], "goal": {"parent": STACK, "inputDiff": {}}},
    }
    empty = canonical(json.dumps({"deployment": {}}), KEY)
    found = plan.read(json.dumps({"resourcePlans": entries}).encode(), empty)
    assert reversal.limits(found) == ("aws:s3/bucket:Bucket content stays: a rollback deletes nothing that holds data",)


def test_lines_of_a_change() -> None:
    assert list(text.change(PropertyChange("x", "a\nb", Mark.SECRET))) == ["x:", '- "a"', '- "b"', "+ [secret]"]
    assert list(text.change(PropertyChange("x", "a\nb", 3))) == ["x:", '- "a\\u{a}b"', "+ 3"]
