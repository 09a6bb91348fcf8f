"""Each gate of the document: what opens it, what closes it, when it is not needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.decision import Decision
from promotion.facts import Facts, Plan, Rollback
from promotion.gate import decide
from promotion.schema import digest_of
from tests.promotion.keys import NOW
from tests.promotion.organisation import HOUR, PLAN, STATE, VIEW, Organisation

OTHER = digest_of(b"other")
MINUTE = timedelta(minutes=1)
WINDOW = datetime(2026, 12, 6, 7, 0, tzinfo=UTC)  # the first Sunday of December, 02:00 in New York


def _request(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, request=replace(facts.request, **changes))


def _release(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, release=replace(facts.release, **changes))


def _source(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, source=replace(facts.source, **changes))


def _target(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, target=replace(facts.target, **changes))


def _plan(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, plan=replace(facts.plan or Plan(PLAN, VIEW, STATE), **changes))


def _all(*steps: Callable[[Facts], Facts]) -> Callable[[Facts], Facts]:
    def applied(facts: Facts) -> Facts:
        for step in steps:
            facts = step(facts)
        return facts

    return applied


def _at(moment: datetime) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, at=moment)


def _without(**changes: Any) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, **changes)


def _expired(facts: Facts) -> Facts:
    return replace(facts, trust=facts.trust.model_copy(update={"expires_at": facts.at}))


def _unproven(facts: Facts) -> Facts:
    return replace(facts, rollback=Rollback(facts.rollback.to, None) if facts.rollback else None)


EMERGENCY = _request(kind="emergency", noticed_at=NOW - HOUR)
ROLLBACK = _all(_request(kind="rollback", source="prod"), _release(deployed_before=True))
TO_STAGING, TO_DEV = _request(source="dev", target="staging"), _request(source="local", target="dev")
STATEFUL = _plan(stateful=("cluster",))

CASES: list[tuple[str, str, Callable[[Facts], Facts], str]] = [
    ("trust", "closed", _expired, "expired"),
    ("path", "closed", _request(source="dev"), "prod takes releases from staging, not from dev"),
    ("path", "closed", _request(source="local", target="staging"), "staging takes releases from dev"),
    ("path", "closed", _request(source="dev", target="shared"), "shared takes releases from staging"),
    ("path", "open", _request(target="shared"), "staging → shared"),
    ("path", "open", TO_STAGING, "dev → staging"),
    ("path", "open", TO_DEV, "local → dev"),
    ("path", "not-needed", ROLLBACK, ""),
    ("branch", "not-needed", _all(), "any branch"),
    ("branch", "open", TO_STAGING, "on staging"),
    ("branch", "closed", _all(TO_STAGING, _release(branches=("feature",))), "not on staging"),
    ("branch", "not-needed", _all(TO_STAGING, ROLLBACK, _request(target="staging")), ""),
    ("source", "open", _all(), "staging healthy, running this release"),
    ("source", "closed", _source(release=OTHER), "staging runs another release"),
    ("source", "closed", _source(release=None), "staging runs no release"),
    ("source", "closed", _source(healthy=False), "staging is not healthy"),
    ("source", "closed", _source(checked_at=None), "not looked at"),
    ("source", "closed", _source(checked_at=NOW - 48 * HOUR - MINUTE), "not looked at for 48 h"),
    ("source", "open", _source(checked_at=NOW - 48 * HOUR), ""),
    ("source", "not-needed", TO_DEV, ""),
    ("source", "not-needed", ROLLBACK, ""),
    ("source", "closed", _all(EMERGENCY, _source(healthy=False)), ""),
    ("evidence", "not-needed", ROLLBACK, ""),
    ("drift", "closed", _target(drifted=None), "nobody looked at prod"),
    ("drift", "closed", _target(drifted=("queue", "table")), "2 resources"),
    ("drift", "closed", _all(EMERGENCY, _target(drifted=("queue",))), ""),
    ("state", "closed", _target(recorded=OTHER), "not the last one on the record"),
    ("state", "closed", _target(recorded=None), "not the last one on the record"),
    ("state", "open", _all(_target(recorded=None), _without(first=True)), ""),
    ("state", "closed", _all(_target(recorded=OTHER), _without(first=True)), ""),
    ("state", "closed", _target(state=OTHER, recorded=OTHER), "moved since the plan was made"),
    ("plan", "closed", _without(plan=None), "no plan yet"),
    ("plan", "closed", _plan(unknown=("role.policy",)), "role.policy"),
    ("plan", "closed", _all(TO_STAGING, _plan(unknown=("role.policy",))), "role.policy"),
    ("plan", "open", _all(TO_DEV, _plan(unknown=("role.policy",))), "nothing stateful"),
    (
        "plan",
        "open",
        _all(_without(first=True), _plan(unknown=("role.policy",))),
        "1 values of security known afterwards alone",
    ),
    ("plan", "open", STATEFUL, "1 stateful replaced or deleted"),
    ("rollback", "closed", _without(rollback=None), "no rollback plan"),
    ("rollback", "open", _unproven, "planned"),
    ("rollback", "closed", _all(EMERGENCY, _unproven), "was not tried"),
    ("rollback", "not-needed", _without(rollback=None, first=True), ""),
    ("rollback", "not-needed", _all(TO_STAGING, _without(rollback=None)), ""),
    ("rollback", "open", ROLLBACK, ""),
    ("rollback", "closed", _all(ROLLBACK, _release(deployed_before=False)), "never succeeded here"),
    ("notice", "not-needed", _all(), ""),
    ("notice", "open", EMERGENCY, "given 1 h ago"),
    ("notice", "closed", _request(kind="emergency", noticed_at=NOW - HOUR + timedelta(seconds=1)), "59 min ago"),
    ("notice", "closed", _request(kind="emergency"), "no notice"),
    ("notice", "closed", _all(TO_STAGING, EMERGENCY), "no emergency path"),
    ("review", "closed", _target(overdue_reviews=("prm-0001",)), "prm-0001"),
    ("review", "closed", _all(EMERGENCY, _target(overdue_reviews=("prm-0001",))), "prm-0001"),
    ("review", "not-needed", _all(ROLLBACK, _target(overdue_reviews=("prm-0001",))), ""),
    ("window", "not-needed", _all(), ""),
    ("window", "closed", STATEFUL, "cluster"),
    ("window", "closed", _all(STATEFUL, _at(WINDOW - timedelta(seconds=1))), ""),
    ("window", "open", _all(STATEFUL, _at(WINDOW)), "until 2026-12-06 09:00 UTC"),
    ("window", "closed", _all(STATEFUL, _at(WINDOW + 2 * HOUR)), ""),
    ("window", "not-needed", _all(STATEFUL, TO_STAGING), ""),
    ("window", "not-needed", _all(STATEFUL, EMERGENCY), ""),
    ("freeze", "closed", _target(frozen="an audit"), "prod is frozen: an audit"),
    ("freeze", "closed", _all(EMERGENCY, _target(frozen="")), ""),
    ("approvals", "not-needed", TO_DEV, "dev asks for none"),
    ("approvals", "closed", _without(plan=None), "no plan to approve"),
    ("approvals", "closed", EMERGENCY, "engineering-lead missing · on-call missing"),
    ("approvals", "closed", ROLLBACK, "engineering-lead missing · on-call missing"),
    ("approvals", "closed", TO_STAGING, "team-lead missing"),
    ("approvals", "closed", _request(target="shared"), "product-manager missing"),
]


@pytest.mark.parametrize(
    ("name", "state", "change", "detail"), CASES, ids=[f"{c[0]} {c[1]} {n}" for n, c in enumerate(CASES)]
)
def test_gate(name: str, state: str, change: Callable[[Facts], Facts], detail: str, organisation: Organisation) -> None:
    gate = next(gate for gate in decide(change(organisation.facts)).gates if gate.name == name)
    assert (gate.state, detail in gate.detail) == (state, True), gate
    assert bool(gate.opens) == (state == "closed")


def test_all_gates_are_asked_every_time(organisation: Organisation) -> None:
    names = {tuple(gate.name for gate in decide(change(organisation.facts)).gates) for _, _, change, _ in CASES}
    assert len(names) == 1
    assert {case[0] for case in CASES} == set(names.pop())


def test_a_decision_is_open_when_no_gate_is_closed(organisation: Organisation) -> None:
    decision = decide(organisation.facts)
    assert [gate.name for gate in decision.closed] == ["approvals"]
    assert not decision.open
    assert decide(_all(TO_DEV, _without(evidence=()))(organisation.facts)).closed[0].name == "evidence"


def test_a_decision_is_the_same_each_time_and_kept_as_it_is(organisation: Organisation) -> None:
    decision = decide(organisation.facts)
    assert decide(organisation.facts).canonical() == decision.canonical()
    assert Decision.parse(decision.canonical()) == decision


@given(cases=st.lists(st.sampled_from(CASES), max_size=6))
def test_nothing_opens_a_gate_that_another_fact_closes(cases: list[Any], organisation: Organisation) -> None:
    frozen = _all(*(case[2] for case in cases), _target(frozen="x", drifted=("y",)))
    assert {"freeze", "drift"} <= {gate.name for gate in decide(frozen(organisation.facts)).closed}
