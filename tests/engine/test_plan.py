"""Plans and canonical states under the real engine: what is in them, what is not, and what applying does."""

from __future__ import annotations

import json
import stat as modes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine import plan
from engine.canonical import State, canonical, key_of
from engine.differences import Mark, PropertyChange
from engine.plan import Plan, Step
from engine.preserving import Preserving, preserving
from engine.stack import Failed, Stack
from infra.errors import OperationFailed
from tests.engine import emulated
from tests.engine.emulated import PASSPHRASE, ignore, variant
from tests.engine.warming import warm_host

pytestmark = pytest.mark.xdist_group("plans")

CANARY = "canary-secret-51c9"
KEY = key_of(PASSPHRASE)
PROGRAM = f"""
    import json
    import pulumi
    import pulumi_aws as aws

    class Part(pulumi.ComponentResource):
        def __init__(self, name):
            super().__init__("distronation:aws:Part", name)

    def document(resource):
        return json.dumps({{"Version": "2012-10-17", "Statement": [
            {{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": resource}}]}})

    def main():
        variant = pulumi.Config("distro").get("variant") or "first"
        later, hidden = variant != "first", pulumi.Output.secret("{CANARY}")
        part, protected = Part("queues"), variant != "loose"
        aws.ssm.Parameter("hidden", name="/x/hidden", type="SecureString", value=hidden)
        queue = aws.sqs.Queue("queue", name="x-later" if later else "x-first", tags={{"a": hidden, "b": variant}},
                              opts=pulumi.ResourceOptions(parent=part))
        aws.sqs.Queue("slow", name="x-slow", delay_seconds=2 if later else 1, opts=pulumi.ResourceOptions(parent=part))
        role = aws.iam.Role("role", name="x-role", assume_role_policy=document("*"))
        aws.iam.RolePolicy("grant", name="grant", role=role.name, policy=queue.arn.apply(document))
        fixed = document("arn:aws:sqs:::b" if later else "arn:aws:sqs:::a")
        aws.iam.RolePolicy("fixed", name="fixed", role=role.name, policy=fixed)
        if not later:
            aws.sns.Topic("old", name="x-old")
            return
        data = Part("data")
        key = aws.sns.Topic("needed", name="x-needed", opts=pulumi.ResourceOptions(parent=data))
        aws.s3.Bucket("bucket", bucket=f"x-bucket-{{variant}}" if variant == "moved" else "x-bucket",
                      tags={{"topic": key.arn}}, opts=pulumi.ResourceOptions(parent=data, protect=protected))
        pulumi.export("hidden", hidden)
"""


@dataclass
class Story:
    """One stack's life; tests look at what was seen on the way."""

    stack: Stack
    states: dict[str, State] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    refused: str = ""
    back: Preserving | None = None

    def look(self, name: str) -> State:
        self.exports[name] = self.stack._command("stack", "export", "--show-secrets", "--stack", "dev")
        self.states[name] = canonical(self.exports[name], KEY)
        return self.states[name]

    def made(self, name: str, of: str, start: State) -> Plan:
        self.plans[name] = plan.read(variant(self.stack, of).plan(ignore), start)
        return self.plans[name]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("plans")
    with emulated.attached(folder) as settings, warm_host(folder) as warm:
        told = Story(emulated.stack(folder, settings, PROGRAM, warm))
        first = told.made("first", "first", told.look("empty"))
        told.stack.apply(ignore, first.content)
        told.look("deployed")
        told.stack.up(ignore, refresh=False)
        told.look("again")
        told.stack.refresh(ignore)
        told.look("refreshed")
        told.stack.refresh(ignore)
        start = told.look("refreshed again")
        told.made("nothing", "first", start)
        later = told.made("later", "later", start)
        told.refused = _refused(told.stack, later)
        told.stack.apply(ignore, later.content)
        now = told.look("later")
        told.made("loose", "loose", now)
        told.back = preserving(variant(told.stack, "first"), now, ignore)
        told.stack.apply(ignore, told.back.plan.content, exclude=told.back.excluded)
        told.look("back")
        yield told


def _refused(stack: Stack, planned: Plan) -> str:
    """Applying a plan of the program to another variant of it."""
    with pytest.raises(Failed) as caught:
        variant(stack, "moved").apply(ignore, planned.content)
    variant(stack, "later")
    return str(caught.value)


def steps(of: Plan) -> dict[str, Step]:
    return {step.name: step for step in of.steps}


def test_a_plan_counts_as_the_engine_does(story: Story) -> None:
    assert story.plans["first"].changes == {"create": 9, "update": 0, "replace": 0, "delete": 0, "same": 0}
    assert story.plans["nothing"].changes == {"create": 0, "update": 0, "replace": 0, "delete": 0, "same": 9}
    later = story.plans["later"].changes
    assert later == {"create": 3, "update": 3, "replace": 1, "delete": 1, "same": 4}


def test_a_plan_says_what_changes_of_what(story: Story) -> None:
    found = steps(story.plans["later"])
    assert found["slow"].changes == (PropertyChange("delaySeconds", 1, 2),)
    assert found["fixed"].changes == (
        PropertyChange("policy » Statement[0].Resource", "arn:aws:sqs:::a", "arn:aws:sqs:::b"),
    )
    assert found["fixed"].op == "update"
    assert found["queue"].op == "replace"
    assert PropertyChange("name", "x-first", "x-later") in found["queue"].changes
    assert PropertyChange("tags.b", "first", "later") in found["queue"].changes
    assert PropertyChange("tags.a", Mark.SECRET, Mark.SECRET) in found["queue"].changes
    assert (found["old"].op, found["old"].changes) == ("delete", ())
    assert PropertyChange("(protect)", False, True) in found["bucket"].changes
    assert found["bucket"].parent == found["data"].urn
    assert found["role"].op == "same"


def test_protection_that_is_taken_away_shows(story: Story) -> None:
    assert steps(story.plans["loose"])["bucket"].changes == (PropertyChange("(protect)", True, False),)


def test_an_unknown_policy_is_security_relevant(story: Story) -> None:
    later = story.plans["later"]
    assert [(step.name, unknown.path) for step, unknown in later.unknown_security] == [("grant", "policy")]
    assert story.plans["nothing"].unknown_security == ()
    assert ("hidden", "hidden") not in [(step.name, unknown.path) for step, unknown in later.unknown_security]


def test_what_the_plan_lacks_is_refused(story: Story) -> None:
    assert "plan" in story.refused


def test_two_plans_of_the_same_differ_in_bytes_and_agree_in_steps(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And while one lies there it is its owner's alone, before and after the engine wrote it."""
    before, after = _modes(story, monkeypatch)
    variant(story.stack, "later")
    again = plan.read(story.stack.plan(lambda _: before()), story.states["back"])
    other = plan.read(story.stack.plan(ignore), story.states["back"])
    assert again.digest != other.digest
    assert again.steps == other.steps
    assert set(after) == {0o600}


def _modes(story: Story, monkeypatch: pytest.MonkeyPatch) -> tuple[Callable[[], None], list[int]]:
    """A look at the plan's mode, and what was seen: at each look, and whenever a plan is read."""
    seen: list[int] = []
    original = Path.read_bytes

    def look() -> None:
        seen.append(modes.S_IMODE((story.stack.workspace.directory / "plan.json").stat().st_mode))

    def read(self: Path) -> bytes:
        if self.name == "plan.json":
            look()
        return original(self)

    monkeypatch.setattr(Path, "read_bytes", read)
    return look, seen


def test_equal_states_have_equal_digests(story: Story) -> None:
    states = story.states
    assert states["deployed"].digest == states["again"].digest
    assert states["refreshed"].digest == states["refreshed again"].digest
    assert len({states[name].digest for name in ("empty", "deployed", "refreshed", "later", "back")}) == 5


def test_the_stack_gives_its_canonical_state(story: Story) -> None:
    assert story.stack.canonical(KEY) == story.states["back"]


def test_no_secret_is_in_what_is_kept(story: Story) -> None:
    assert CANARY in story.exports["deployed"]  # so that looking for it means something
    kept = [each.content for each in story.states.values()] + [each.content for each in story.plans.values()]
    assert not [content for content in kept if CANARY.encode() in content]
    folder = story.stack.workspace.directory
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]
    assert not list(folder.glob("plan*"))


def test_a_rollback_keeps_what_the_old_program_lacks(story: Story) -> None:
    assert story.back is not None
    kept = {step.name for step in story.back.plan.kept}
    assert kept == {"bucket", "needed", "data"}  # the bucket, and what it depends on
    assert [urn.rsplit("::", 1)[-1] for urn in story.back.lacking] == ["bucket"]
    assert story.back.replaced == ()
    assert story.back.plan.destructive == ()
    names = {urn.rsplit("::", 1)[-1] for urn in story.states["back"].resources}
    assert {"bucket", "needed", "old", "queue"} <= names


def test_a_rollback_replaces_nothing_that_holds_data(story: Story) -> None:
    """The bucket of the moved variant has another name: it stays as it is, and its new shape is left out."""
    found = preserving(variant(story.stack, "moved"), story.states["back"], ignore)
    assert [urn.rsplit("::", 1)[-1] for urn in found.replaced] == ["bucket"]
    assert found.plan.destructive == ()


EDITS = {
    "protect cleared": lambda found: found["bucket"].pop("protect"),
    "another id": lambda found: found["queue"].update(id="http://elsewhere"),
    "another input": lambda found: found["slow"]["inputs"].update(delaySeconds=3),
    "another output": lambda found: found["slow"]["outputs"].update(arn="arn:aws:sqs:::x"),
    "another secret": lambda found: found["hidden"]["inputs"]["value"].update(plaintext='"other"'),
    "a secret made plain": lambda found: found["hidden"]["inputs"].update(value="[secret]"),
    "retained": lambda found: found["old"].update(retainOnDelete=True),
    "external": lambda found: found["slow"].update(external=True),
    "another parent": lambda found: found["slow"].update(parent=found["data"]["urn"]),
    "a dependency less": lambda found: found["grant"].update(dependencies=[]),
    "taken away": lambda found: found["slow"].update(delete=True),
    "a field of tomorrow": lambda found: found["slow"].update(frobnicate=1),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_real_change_of_the_state_shows(story: Story, edit: str) -> None:
    document = json.loads(story.exports["back"])
    EDITS[edit]({each["urn"].rsplit("::", 1)[-1]: each for each in document["deployment"]["resources"]})
    assert canonical(json.dumps(document), KEY).digest != story.states["back"].digest


def test_another_key_gives_other_digests_and_cannot_be_guessed_from_them(story: Story) -> None:
    other = canonical(story.exports["back"], key_of("another passphrase"))
    assert other.digest != story.states["back"].digest


def test_what_is_no_plan_is_refused(story: Story) -> None:
    start = story.states["empty"]
    for content in (b"", b"{}", b"[]", b'{"resourcePlans": {"urn": {}}}', b'{"resourcePlans": 3}'):
        with pytest.raises(OperationFailed, match="no plan"):
            plan.read(content, start)
    document = json.loads(story.plans["later"].content)
    next(iter(document["resourcePlans"].values()))["steps"] = ["frobnicate"]
    with pytest.raises(OperationFailed, match="frobnicate"):
        plan.read(json.dumps(document).encode(), start)
