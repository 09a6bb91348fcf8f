"""The gate of approvals: which of them count, who is missing, who may still give it (section 1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from infra.environment.operation import Role
from infra.environment.windows import next_opening
from promotion.approval import Kind, Scope, Signed, other
from promotion.clock import TOLERANCE, ago
from promotion.decision import Gate, closed, not_needed, opened
from promotion.eligibility import can_be_met, candidates, hand_in_it, unknown
from promotion.facts import Facts
from promotion.policy import Gates
from promotion.schema import Digest
from promotion.text import escaped

NAME = "approvals"


class Refusal(StrEnum):
    """Why an approval that is authentic does not count."""

    ROLE_NOT_ASKED = "nobody asks for this role"
    OTHER_SCOPE = "given for another"
    USED = "used before"
    EXPIRED = "expired"
    NOT_YET = "dated in the future"
    TOO_LONG = "valid for longer than the policy allows"
    NOBODY = "not known any more"
    INVOLVED = "had a hand in it"
    NOT_THE_ROLE = "does not have the role"
    DEPUTY = "deputy, while a holder of the role may"
    SAME_PERSON = "approves in another role"
    SAME_KEY = "signed with a key that approves in another role"


def approvals_gate(facts: Facts, scope: Scope | None) -> tuple[Gate, tuple[Digest, ...]]:
    """The gate, and the digests of the approvals that count."""
    roles = roles_asked(facts.gates, facts.request.kind)
    if not roles:
        return not_needed(NAME, f"{facts.request.target} asks for none"), ()
    if scope is None:
        return closed(NAME, "there is no plan to approve yet", "a plan"), ()
    counted, refused = counting(facts, scope)
    used = tuple(sorted(signed.digest for signed in counted.values()))
    strangers = unknown(facts)
    detail = " · ".join((*(_detail(role, counted, facts) for role in roles), *refused, *facts.refused))
    if strangers:
        whose = ", ".join(map(escaped, strangers))
        return closed(NAME, f"unknown identity: {whose} · {detail}", "distro people add, for whoever it is"), used
    missing = [role for role in roles if role not in counted]
    if not missing:
        return opened(NAME, detail), used
    return closed(NAME, detail, _asks(missing, counted, facts)), used


def roles_asked(gates: Gates, kind: Kind) -> tuple[Role, ...]:
    """The roles that must approve, each another person."""
    if kind == "rollback":
        return gates.rollback
    if kind == "emergency":
        return gates.emergency.approvals if gates.emergency else gates.approvals
    return gates.approvals


def latest_expiry(facts: Facts, issued_at: datetime) -> datetime:
    """How long an approval may last: the policy's hours; for a plan that needs the window, until it has passed."""
    ordinary = issued_at + timedelta(hours=facts.gates.approval_hours)
    if facts.gates.window and facts.plan and facts.plan.stateful and facts.request.kind != "emergency":
        return max(ordinary, next_opening(facts.gates.window, issued_at).closes)
    return ordinary


def counting(facts: Facts, scope: Scope) -> tuple[dict[Role, Signed], list[str]]:
    """The approvals that count, by role, the first of each; and why others do not. Deputies come last."""
    counted: dict[Role, Signed] = {}
    refused = []
    for signed in _holders_first(facts):
        approval = signed.approval
        found = refusal(signed, facts, scope, counted)
        if found:
            refused.append(f"{approval.person} as {approval.role}: {found}")
        else:
            counted.setdefault(approval.role, signed)
    return counted, refused


def refusal(signed: Signed, facts: Facts, scope: Scope, counted: dict[Role, Signed]) -> str | None:
    """Why an approval does not count beside those that do; None where it does."""
    approval = signed.approval
    if approval.role not in roles_asked(facts.gates, facts.request.kind):
        return Refusal.ROLE_NOT_ASKED
    if different := list(other(approval.scope, scope)):
        return f"{Refusal.OTHER_SCOPE} {', '.join(different)}"
    if signed.digest in facts.used:
        return Refusal.USED
    return _time(signed, facts) or _person(signed, facts, counted)


def _time(signed: Signed, facts: Facts) -> str | None:
    approval = signed.approval
    if facts.at >= approval.expires_at:
        return Refusal.EXPIRED
    if approval.issued_at > facts.at + TOLERANCE:
        return Refusal.NOT_YET
    return Refusal.TOO_LONG if approval.expires_at > latest_expiry(facts, approval.issued_at) else None


def _person(signed: Signed, facts: Facts, counted: dict[Role, Signed]) -> str | None:
    approval = signed.approval
    person = facts.trust.people.person(approval.person)
    if person is None:
        return Refusal.NOBODY
    if hand := hand_in_it(person.name, facts):
        return f"{Refusal.INVOLVED} ({hand})"
    if approval.role not in (*person.roles, *person.deputy_for):
        return Refusal.NOT_THE_ROLE
    others = [each for role, each in counted.items() if role != approval.role]
    if person.name in {each.approval.person for each in others}:
        return Refusal.SAME_PERSON
    if signed.key in {each.key for each in others}:
        return Refusal.SAME_KEY
    taken = {each.approval.person for each in others}
    return None if person in candidates(approval.role, facts, taken) else Refusal.DEPUTY


def _holders_first(facts: Facts) -> Iterable[Signed]:
    people = facts.trust.people

    def order(signed: Signed) -> tuple[bool, datetime, Digest]:
        person = people.person(signed.approval.person)
        deputy = person is not None and signed.approval.role in person.deputy_for
        return deputy, signed.approval.issued_at, signed.digest

    return sorted(facts.approvals, key=order)


def _detail(role: Role, counted: dict[Role, Signed], facts: Facts) -> str:
    if role not in counted:
        return f"{role} missing"
    approval = counted[role].approval
    return f"{role} {approval.person} ({ago(facts.at - approval.issued_at)})"


def _asks(missing: list[Role], counted: dict[Role, Signed], facts: Facts) -> str:
    taken = {signed.approval.person for signed in counted.values()}
    if not can_be_met(missing, facts, taken):
        return f"nobody is left who may approve as {' and '.join(missing)}: add people or deputies (distro people add)"
    parts = (
        f"{' or '.join(person.name for person in candidates(role, facts, taken))}:"
        f" distro approve {facts.request.id} --role {role}"
        for role in missing
    )
    return " · ".join(parts)
