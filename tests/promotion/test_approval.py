"""Approvals that are authentic and still do not count, and those that are not authentic: each refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from infra.environment.operation import Role
from infra.errors import DistroError
from promotion import approval
from promotion.approval import RollbackTo
from promotion.authorship import Change
from promotion.decision import Decision
from promotion.facts import Facts, Release
from promotion.gate import decide
from promotion.gate_approvals import Refusal
from promotion.people import People
from promotion.schema import digest_of
from promotion.signing import NotAuthorised
from promotion.ssh import BadSignature
from tests.promotion.keys import NOW, YEAR
from tests.promotion.organisation import HOUR, PLAN, RELEASE, STATE, Organisation

PM: Final = "product-manager"
EL: Final = "engineering-lead"
OTHER = digest_of(b"other")


def _gate(decision: Decision) -> tuple[str, str, str]:
    return next((gate.state, gate.detail, gate.opens) for gate in decision.gates if gate.name == "approvals")


def test_two_people_in_two_roles_open_it(organisation: Organisation) -> None:
    given = [organisation.approval("dana", PM), organisation.approval("adrian", EL)]
    decision = organisation.decide(organisation.facts, *given)
    assert decision.open, decision.closed
    assert _gate(decision)[1] == "product-manager dana (1 h ago) · engineering-lead adrian (1 h ago)"
    assert sorted(decision.approvals) == sorted(each.digest() for each in given)
    assert Decision.parse(decision.canonical()) == decision


def test_a_closed_gate_says_who_may_open_it(organisation: Organisation) -> None:
    state, detail, opens = _gate(organisation.decide(organisation.facts, organisation.approval("dana", PM)))
    assert state == "closed"
    assert detail == "product-manager dana (1 h ago) · engineering-lead missing"
    assert opens == "adrian or both: distro approve prm-0192 --role engineering-lead"


SCOPES: dict[str, dict[str, Any]] = {
    "promotion": {"promotion": "prm-0001"},
    "kind": {"kind": "emergency"},
    "target": {"target": "staging"},
    "release": {"release": OTHER},
    "plan": {"plan": OTHER},
    "state": {"state": OTHER},
    "evidence": {"evidence": ()},
    "policy": {"policy": OTHER},
    "view": {"view": OTHER},
    "rollback": {"rollback": None},
}


@pytest.mark.parametrize("name", SCOPES)
def test_what_was_approved_is_what_stands_here(name: str, organisation: Organisation) -> None:
    scope = decide(organisation.facts).scope
    assert scope
    given = organisation.approval("dana", PM, scope.model_copy(update=SCOPES[name]))
    state, detail, _ = _gate(organisation.decide(organisation.facts, given, organisation.approval("adrian", EL)))
    assert state == "closed"
    assert f"dana as product-manager: {Refusal.OTHER_SCOPE} {name}" in detail


def test_every_field_of_the_scope_is_tried(organisation: Organisation) -> None:
    scope = decide(organisation.facts).scope
    assert scope
    assert set(SCOPES) == set(type(scope).model_fields)


@pytest.mark.parametrize(
    ("person", "role", "changes", "refusal"),
    [
        ("sam", EL, {}, f"{Refusal.INVOLVED} (author of 1 commit)"),
        ("kim", PM, {}, f"{Refusal.INVOLVED} (committer of 1 commit)"),
        ("rita", PM, {}, f"{Refusal.INVOLVED} (requester)"),
        ("dana", EL, {}, Refusal.NOT_THE_ROLE),
        ("dev", PM, {}, Refusal.NOT_THE_ROLE),
        ("tess", "team-lead", {}, Refusal.ROLE_NOT_ASKED),
        ("lee", EL, {}, Refusal.DEPUTY),
        ("dana", PM, {"expires_at": NOW}, Refusal.EXPIRED),
        ("dana", PM, {"issued_at": NOW + timedelta(minutes=3)}, Refusal.NOT_YET),
        ("dana", PM, {"expires_at": NOW + timedelta(hours=23, seconds=1)}, Refusal.TOO_LONG),
    ],
)
def test_authentic_and_not_enough(
    person: str, role: Role, changes: dict[str, Any], refusal: str, organisation: Organisation
) -> None:
    given = organisation.approval(person, role, **changes)
    state, detail, _ = _gate(organisation.decide(organisation.facts, given))
    assert state == "closed"
    assert f"{person} as {role}: {refusal}" in detail


def _release(change: Change) -> Release:
    return Release(RELEASE, ("staging",), (change,))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (Change("a", "dana@example.org", "bot@example.org"), "author"),
        (Change("a", "bot@example.org", "Dana@Example.org "), "committer"),
        (Change("a", "bot@example.org", "bot@example.org", ("dana@example.org",)), "co-author"),
    ],
)
def test_nobody_approves_their_own_change(change: Change, part: str, organisation: Organisation) -> None:
    facts = replace(organisation.facts, release=_release(change))
    _, detail, opens = _gate(organisation.decide(facts, organisation.approval("dana", PM)))
    assert f"dana as product-manager: {Refusal.INVOLVED} ({part} of 1 commit)" in detail
    assert opens.startswith("both or kim: distro approve prm-0192 --role product-manager")


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (Change("a", "eve@example.org", "kim@example.org"), "eve@example.org"),
        (Change("a", "sam@example.org", "eve@example.org"), "eve@example.org"),
        (Change("a", "sam@example.org", "kim@example.org", ("",)), "unknown identity:  ·"),
        (Change("a", "dana@example.org\u202e", "kim@example.org"), "dana@example.org\\u{202e}"),
        (Change("a", "d\u0430na@example.org", "kim@example.org"), "d\u0430na"),
    ],
)
def test_an_unknown_identity_closes_the_gate(change: Change, shown: str, organisation: Organisation) -> None:
    facts = replace(organisation.facts, release=_release(change))
    given = organisation.approval("dana", PM), organisation.approval("adrian", EL)
    state, detail, _ = _gate(organisation.decide(facts, *given))
    assert state == "closed"
    assert "unknown identity" in detail
    assert shown in detail


def test_an_unknown_requester_closes_the_gate(organisation: Organisation) -> None:
    facts = replace(organisation.facts, request=replace(organisation.facts.request, requester="nobody"))
    assert "unknown identity: nobody" in _gate(organisation.decide(facts))[1]


def test_one_person_in_one_role(organisation: Organisation) -> None:
    given = [organisation.approval("both", PM), organisation.approval("both", EL)]
    state, detail, _ = _gate(organisation.decide(organisation.facts, *given))
    assert state == "closed"
    assert Refusal.SAME_PERSON in detail


def test_one_key_counts_once(organisation: Organisation) -> None:
    envelopes = organisation.approval("dana", PM, issued_at=NOW - 2 * HOUR), organisation.approval("adrian", EL)
    given = [approval.verify(each.canonical(), organisation.people, NOW) for each in envelopes]
    forged = replace(given[1], key=given[0].key)
    state, detail, _ = _gate(decide(replace(organisation.facts, approvals=(given[0], forged))))
    assert state == "closed"
    assert f"adrian as engineering-lead: {Refusal.SAME_KEY}" in detail


def test_an_approval_is_used_once(organisation: Organisation) -> None:
    given = [organisation.approval("dana", PM), organisation.approval("adrian", EL)]
    facts = replace(organisation.facts, used=frozenset({given[0].digest()}))
    assert f"dana as product-manager: {Refusal.USED}" in _gate(organisation.decide(facts, *given))[1]


def _without(organisation: Organisation, *names: str) -> Facts:
    people = organisation.people
    left = People(people=tuple(each for each in people.people if each.name not in names), attesters=people.attesters)
    return replace(organisation.facts, trust=organisation.trust.model_copy(update={"people": left}))


def test_a_deputy_approves_when_no_holder_may(organisation: Organisation) -> None:
    facts = _without(organisation, "adrian", "both")  # sam and rita, the other engineering leads, had a hand in it
    given = [organisation.approval("dana", PM), organisation.approval("lee", EL)]
    assert _gate(organisation.decide(facts, given[0]))[2] == "lee: distro approve prm-0192 --role engineering-lead"
    assert organisation.decide(facts, *given).open


def test_a_deputy_counts_once_the_last_holder_approves_in_another_role(organisation: Organisation) -> None:
    facts = _without(organisation, "adrian", "dana")
    lee = organisation.approval("lee", EL, issued_at=NOW - HOUR - HOUR)
    assert Refusal.DEPUTY in _gate(organisation.decide(facts, lee))[1]
    assert organisation.decide(facts, lee, organisation.approval("both", PM)).open


def test_it_says_when_nobody_is_left(organisation: Organisation) -> None:
    facts = _without(organisation, "adrian", "dana", "lee")
    state, _, opens = _gate(organisation.decide(facts))
    assert state == "closed"
    assert opens.startswith("nobody is left who may approve as product-manager and engineering-lead")
    assert "nobody" not in _gate(organisation.decide(_without(organisation, "adrian", "lee")))[2]


def test_who_left_counts_no_more(organisation: Organisation) -> None:
    given = approval.verify(organisation.approval("dana", PM).canonical(), organisation.people, NOW)
    facts = replace(_without(organisation, "dana"), approvals=(given,))
    assert f"dana as product-manager: {Refusal.NOBODY}" in _gate(decide(facts))[1]


def test_an_approval_for_the_window_lasts_until_it_has_passed(organisation: Organisation) -> None:
    plan = replace(organisation.facts.plan, stateful=("cluster",)) if organisation.facts.plan else None
    facts = replace(organisation.facts, plan=plan)
    closes = NOW.replace(month=12, day=6, hour=9)  # 04:00 in New York
    for expires, counts in ((closes, True), (closes + timedelta(seconds=1), False)):
        given = organisation.approval("dana", PM, decide(facts).scope, expires_at=expires)
        assert (Refusal.TOO_LONG not in _gate(organisation.decide(facts, given))[1]) == counts


def _with_key(organisation: Organisation, **changes: Any) -> People:
    people = organisation.people
    key = organisation.key("dana").model_copy(update=changes)
    everybody = tuple(
        each.model_copy(update={"keys": (key,)}) if each.name == "dana" else each for each in people.people
    )
    return People(people=everybody, attesters=people.attesters)


@pytest.mark.parametrize(
    ("attack", "refusal"),
    [
        (lambda org: (org.approval("dana", PM, key="eve"), org.people), NotAuthorised),
        (lambda org: (org.approval("dana", PM, key="adrian"), org.people), BadSignature),
        (lambda org: (org.approval("adrian", EL, key="dana"), org.people), BadSignature),
        (lambda org: (org.approval("dana", PM, key="ci"), org.people), NotAuthorised),
        (lambda org: (org.approval("dana", PM, key="root-ann"), org.people), NotAuthorised),
        (lambda org: (org.approval("dana", PM), _with_key(org, valid_before=NOW)), NotAuthorised),
        (lambda org: (org.approval("dana", PM), _with_key(org, valid_after=NOW + HOUR)), NotAuthorised),
        (lambda org: (org.approval("dana", PM), _without(org, "dana").trust.people), NotAuthorised),
        (lambda org: (org.evidence(), org.people), NotAuthorised),
    ],
    ids=[
        "an unknown key", "another person's key", "in another person's name", "an attester's key", "a root key",
        "a revoked key", "a key that is not valid yet", "somebody who left", "evidence as approval",
    ],
)  # fmt: skip
def test_not_authentic(
    attack: Callable[[Organisation], Any], refusal: type[DistroError], organisation: Organisation
) -> None:
    envelope, people = attack(organisation)
    with pytest.raises((refusal, BadSignature)) as caught:
        approval.verify(envelope.canonical(), people, NOW)
    assert caught.value.exit_code == (3 if refusal is NotAuthorised else 1)


def test_a_person_expires_with_all_keys(organisation: Organisation) -> None:
    leaving = organisation.person("dana", valid_until=NOW)
    people = People(people=(leaving,))
    with pytest.raises(NotAuthorised):
        approval.verify(organisation.approval("dana", PM).canonical(), people, NOW)
    assert approval.verify(organisation.approval("dana", PM).canonical(), people, NOW - HOUR).approval.role == PM


def test_a_validity_that_ends_before_it_begins_is_no_approval(organisation: Organisation) -> None:
    with pytest.raises(ValueError, match="before it is issued"):
        organisation.approval("dana", PM, expires_at=NOW - YEAR)


def test_the_scope_holds_what_was_planned(organisation: Organisation) -> None:
    scope = decide(organisation.facts).scope
    assert scope
    assert (scope.plan, scope.state, scope.release) == (PLAN, STATE, RELEASE)
    assert scope.rollback == RollbackTo(release=digest_of(b"before"))
    assert decide(replace(organisation.facts, plan=None)).scope is None
