"""Results of suites: which count, and every way in which one does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from infra.errors import DistroError
from promotion import evidence
from promotion.authorship import Change
from promotion.decision import Decision, Gate
from promotion.facts import Facts, Release
from promotion.gate import decide
from promotion.schema import digest_of
from promotion.signing import Envelope, NotAuthorised
from promotion.ssh import BadSignature
from tests.promotion.keys import NOW
from tests.promotion.organisation import HOUR, RELEASE, Organisation


def _gate(decision: Decision) -> Gate:
    return next(gate for gate in decision.gates if gate.name == "evidence")


def _with(organisation: Organisation, *given: Envelope) -> Facts:
    found = tuple(evidence.verify(each.canonical(), organisation.people, NOW) for each in given)
    return replace(organisation.facts, evidence=found)


def test_a_good_result_opens_it(organisation: Organisation) -> None:
    decision = decide(organisation.facts)
    assert _gate(decision).state == "open"
    assert _gate(decision).detail == "regression: 412 passed on staging, 3 h ago, attested by ci"
    assert decision.evidence == (organisation.facts.evidence[0].digest,)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"release": digest_of(b"other")}, "of another release"),
        ({"environment": "dev"}, "from dev, not staging"),
        ({"suite": "integration"}, "no result"),
        ({"failed": 1}, "1 failed"),
        ({"passed": 0}, "0 tests, at least 10 are asked"),
        ({"passed": 9}, "9 tests, at least 10 are asked"),
        ({"started_at": NOW - 200 * HOUR, "finished_at": NOW - 168 * HOUR - timedelta(seconds=1)}, "older than 168 h"),
        ({"finished_at": NOW + timedelta(minutes=3)}, "dated in the future"),
    ],
)
def test_authentic_and_not_enough(changes: dict[str, Any], detail: str, organisation: Organisation) -> None:
    decision = decide(_with(organisation, organisation.evidence(**changes)))
    gate = _gate(decision)
    assert gate.state == "closed"
    assert gate.detail == f"regression: {detail}"
    assert gate.opens == "run: distro test regression --env staging"
    assert decision.evidence == ()


def test_without_any_it_is_closed(organisation: Organisation) -> None:
    assert _gate(decide(replace(organisation.facts, evidence=()))).detail == "regression: no result"


def test_the_author_attests_nothing(organisation: Organisation) -> None:
    own = organisation.evidence("laptop", attester="sams-laptop")
    gate = _gate(decide(_with(organisation, own)))
    assert gate.detail == "regression: attested by sam, an author of the changes"
    others = Release(RELEASE, ("staging",), (Change("a", "kim@example.org", "kim@example.org"),))
    assert _gate(decide(replace(_with(organisation, own), release=others))).state == "open"


def test_the_policy_says_who_attests(organisation: Organisation) -> None:
    policy = organisation.policy
    prod = policy.of("prod")
    only = prod.model_copy(update={"suites": (prod.suites[0].model_copy(update={"attesters": ("sams-laptop",)}),)})
    trust = organisation.trust.model_copy(
        update={"policy": policy.model_copy(update={"targets": (*policy.targets[:2], only)})}
    )
    gate = _gate(decide(replace(organisation.facts, trust=trust)))
    assert gate.detail == "regression: attested by ci, who is not asked for it"


def test_a_later_failure_undoes_a_success_and_a_later_success_mends_it(organisation: Organisation) -> None:
    first = organisation.evidence()
    failed = organisation.evidence(failed=1, finished_at=NOW - 2 * HOUR)
    again = organisation.evidence(finished_at=NOW - HOUR)
    assert _gate(decide(_with(organisation, failed, first))).state == "closed"
    assert decide(_with(organisation, again, failed, first)).evidence == (again.digest(),)


def test_another_success_changes_nothing_that_was_approved(organisation: Organisation) -> None:
    again = organisation.evidence(finished_at=NOW - HOUR)
    assert decide(_with(organisation, again, organisation.evidence())).scope == decide(organisation.facts).scope


def test_an_emergency_drops_regression_alone(organisation: Organisation) -> None:
    facts = replace(organisation.facts, evidence=())
    emergency = replace(facts, request=replace(facts.request, kind="emergency"))
    assert _gate(decide(emergency)).state == "not-needed"
    staging = replace(emergency, request=replace(emergency.request, source="dev", target="staging"))
    assert _gate(decide(staging)).detail == "integration: no result"


@pytest.mark.parametrize(
    ("key", "changes", "refusal"),
    [
        ("eve", {}, NotAuthorised),
        ("laptop", {}, BadSignature),
        ("ci", {"attester": "sams-laptop"}, BadSignature),
        ("sam", {"attester": "ci"}, NotAuthorised),
    ],
    ids=["an unknown key", "another attester's key", "in another's name", "a person's key"],
)
def test_not_authentic(
    key: str, changes: dict[str, Any], refusal: type[DistroError], organisation: Organisation
) -> None:
    with pytest.raises(refusal):
        evidence.verify(organisation.evidence(key, **changes).canonical(), organisation.people, NOW)


def test_an_approval_is_no_evidence(organisation: Organisation) -> None:
    given = organisation.approval("dana", "product-manager")
    with pytest.raises(NotAuthorised):
        evidence.verify(given.canonical(), organisation.people, NOW)


@pytest.mark.parametrize(
    "changes", [{"command": ()}, {"command": ("a\u202eb",)}, {"failed": -1}, {"finished_at": NOW - 5 * HOUR}]
)
def test_what_makes_no_sense_is_no_evidence(changes: dict[str, Any], organisation: Organisation) -> None:
    with pytest.raises(ValidationError):
        organisation.evidence(**changes)
