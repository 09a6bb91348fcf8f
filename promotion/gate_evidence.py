"""The gate of test suites: which results count (section 1.2, Testing Requirements)."""

from __future__ import annotations

from datetime import timedelta

from promotion.clock import TOLERANCE, ago
from promotion.decision import Gate, closed, not_needed, opened
from promotion.evidence import Attested, Evidence, oldest_first
from promotion.facts import Facts
from promotion.policy import SuiteGate
from promotion.schema import Digest

NAME = "evidence"


def evidence_gate(facts: Facts) -> tuple[Gate, tuple[Digest, ...]]:
    """The gate, and the digests of the results that count: of each suite the first good one, so that it stays."""
    if facts.request.kind == "rollback":
        return not_needed(NAME, "the release ran here before"), ()
    suites = needed(facts)
    if not suites:
        return not_needed(NAME, "regression is dropped in an emergency"), ()
    found = [(gate, *_judged(gate, facts)) for gate in suites]
    counted = tuple(sorted(chosen.digest for _, chosen, _ in found if chosen))
    detail = " · ".join(_detail(gate, chosen, refused, facts) for gate, chosen, refused in found)
    lacking = [gate.suite for gate, chosen, _ in found if chosen is None]
    if lacking:
        run = ", ".join(f"distro test {suite} --env {facts.gates.source}" for suite in lacking)
        return closed(NAME, detail, f"run: {run}"), counted
    return opened(NAME, detail), counted


def needed(facts: Facts) -> tuple[SuiteGate, ...]:
    """The suites that must have passed; an emergency drops the regression suite alone (C-90)."""
    dropped = {"regression"} if facts.request.kind == "emergency" else set()
    return tuple(gate for gate in facts.gates.suites if gate.suite not in dropped)


def _judged(gate: SuiteGate, facts: Facts) -> tuple[Attested | None, list[str]]:
    """The result that counts, if any does, and why others do not. A later failure undoes an earlier success."""
    good: Attested | None = None
    refused = []
    for each in oldest_first([each for each in facts.evidence if each.evidence.suite == gate.suite]):
        if foreign := _foreign(each, gate, facts):
            refused.append(foreign)
            continue
        if each.evidence.failed:
            good = None
        if weak := _weak(each.evidence, gate, facts):
            refused.append(weak)
        else:
            good = good or each
    return good, refused


def _foreign(each: Attested, gate: SuiteGate, facts: Facts) -> str | None:
    """Why a result says nothing about this promotion."""
    evidence = each.evidence
    if evidence.release != facts.release.digest:
        return "of another release"
    if evidence.environment != facts.gates.source:
        return f"from {evidence.environment}, not {facts.gates.source}"
    if evidence.attester not in gate.attesters:
        return f"attested by {evidence.attester}, who is not asked for it"
    if each.person in facts.authors:
        return f"attested by {each.person}, an author of the changes"
    return None


def _weak(evidence: Evidence, gate: SuiteGate, facts: Facts) -> str | None:
    """Why a result is not good enough."""
    if evidence.failed:
        return f"{evidence.failed} failed"
    if evidence.passed < gate.least_tests:
        return f"{evidence.passed} tests, at least {gate.least_tests} are asked"
    if evidence.finished_at > facts.at + TOLERANCE:
        return "dated in the future"
    if facts.at - evidence.finished_at > timedelta(hours=gate.greatest_age_hours):
        return f"older than {gate.greatest_age_hours} h"
    return None


def _detail(gate: SuiteGate, chosen: Attested | None, refused: list[str], facts: Facts) -> str:
    if chosen is None:
        return f"{gate.suite}: {'; '.join(dict.fromkeys(refused)) or 'no result'}"
    evidence = chosen.evidence
    when = ago(facts.at - evidence.finished_at)
    return f"{gate.suite}: {evidence.passed} passed on {evidence.environment}, {when}, attested by {evidence.attester}"
