"""What signed objects on the record have to prove: that they were good when they were recorded, and for what.

A kind's proof is one function; `PROOFS` lists them. Each is held against the root of trust that was in force at that
entry, by the ledger's own order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.errors import DistroError, OperationFailed
from promotion import approval, evidence, freezing
from promotion.approval import Scope, Signed
from promotion.chain import Problem
from promotion.decision import Decision
from promotion.entries import Entry, Objects, Payload, Reference
from promotion.kinds.environments import Frozen, Unfrozen
from promotion.kinds.lifecycle import ApprovalGiven, PromotionOpened, PromotionPlanned, PromotionStarted
from promotion.kinds.records import EvidenceRecorded, TrustChanged
from promotion.reading import side_by_side
from promotion.schema import Digest
from promotion.trust import Trust, verify_chain

Followed = Sequence[tuple[Entry, Payload]]


class Unproven(OperationFailed):
    """A signed object does not say what its entry says."""


@dataclass
class Known:
    """What was recorded, for the proofs of later entries; with the entries that recorded it, or their numbers."""

    opened: dict[str, PromotionOpened] = field(default_factory=dict)
    planned: dict[str, PromotionPlanned] = field(default_factory=dict)
    approvals: dict[Digest, tuple[Entry, Reference]] = field(default_factory=dict)
    evidence: dict[Digest, int] = field(default_factory=dict)
    trust: list[Reference] = field(default_factory=list)
    versions: list[tuple[int, Trust]] = field(default_factory=list)

    def in_force(self, entry: Entry) -> Trust:
        """The root of trust at an entry. Raises Unproven where none was on the record."""
        for number, trust in reversed(self.versions):
            if number < entry.number:
                return trust
        raise Unproven("No root of trust was on the record before it.")

    def note(self, entry: Entry, payload: Payload) -> None:
        """Take an entry in."""
        match payload:
            case PromotionOpened():
                self.opened[payload.promotion] = payload
            case PromotionPlanned():
                self.planned[payload.promotion] = payload
            case ApprovalGiven():
                self.approvals[payload.approval.content] = (entry, payload.approval)
            case EvidenceRecorded():
                self.evidence.setdefault(payload.evidence.content, entry.number)
            case TrustChanged():
                self.trust.append(payload.document)


@dataclass(frozen=True)
class Case:
    """One entry to be proved. `planned` and `opened` are the promotion's, as of this entry."""

    entry: Entry
    payload: Any
    objects: Objects
    known: Known
    opened: PromotionOpened | None
    planned: PromotionPlanned | None

    def trusted(self) -> Trust:
        """The root of trust in force. Raises Unproven where none was on the record."""
        return self.known.in_force(self.entry)

    def approval(self, reference: Reference, at: Entry) -> Signed:
        """An approval as of the entry that recorded it. Raises Malformed, BadSignature, NotAuthorised."""
        trust = self.known.in_force(at)
        return approval.verify(self.objects.read(reference.path), trust.people, at.at)

    def needs(self, expected: Mapping[str, tuple[Any, Any]]) -> None:
        """Compare what is stated with what is on the record. Raises Unproven with the names of what differs."""
        wrong = [name for name, (stated, recorded) in expected.items() if stated != recorded]
        if wrong:
            raise Unproven(f"What was signed is for another {', '.join(wrong)} than is on the record.")


def signatures(root: Digest) -> Callable[[Followed, Objects], Iterator[Problem]]:
    """Proves all signed objects, the root of trust from its pinned root keys (`root`, their digest) on."""

    def prove(followed: Followed, objects: Objects) -> Iterator[Problem]:
        found = list(_cases(followed, objects, root))
        yield from (each for each in found if isinstance(each, Problem))
        cases = [each for each in found if isinstance(each, Case)]
        for case, wrong in zip(cases, side_by_side(_wrong, cases), strict=True):
            if wrong:
                yield Problem(case.entry.number, wrong)

    return prove


def _cases(followed: Followed, objects: Objects, root: Digest) -> Iterator[Case | Problem]:
    known = Known()
    for entry, payload in followed:
        known.note(entry, payload)
        if isinstance(payload, TrustChanged):
            try:
                found = verify_chain([objects.read(each.path) for each in known.trust], root)
                known.versions.append((entry.number, found.newest))
            except DistroError as error:
                yield Problem(entry.number, error.message)
        elif type(payload) in PROOFS:
            name = getattr(payload, "promotion", "")
            yield Case(entry, payload, objects, known, known.opened.get(name), known.planned.get(name))


def _wrong(case: Case) -> str | None:
    try:
        PROOFS[type(case.payload)](case)
    except DistroError as error:
        return error.message
    return None


def _evidence(case: Case) -> None:
    stated: EvidenceRecorded = case.payload
    found = evidence.verify(case.objects.read(stated.evidence.path), case.trusted().people, case.entry.at).evidence
    case.needs({
        "suite": (found.suite, stated.suite),
        "release": (found.release, stated.release),
        "environment": (found.environment, stated.environment),
    })  # fmt: skip


def _order(case: Case) -> None:
    stated: Frozen | Unfrozen = case.payload
    if stated.order is None:
        raise Unproven("Nobody signed for it.")
    found = freezing.verify(case.objects.read(stated.order.path), case.trusted(), case.entry.at)
    action, reason = ("freeze", stated.reason) if isinstance(stated, Frozen) else ("unfreeze", None)
    case.needs({
        "action": (found.action, action),
        "target": (found.target, case.entry.environment),
        "reason": (found.reason, reason),
        "person": (found.person, case.entry.actor),
    })  # fmt: skip


def _approval(case: Case) -> None:
    stated: ApprovalGiven = case.payload
    found = case.approval(stated.approval, case.entry).approval
    if not found.issued_at <= case.entry.at < found.expires_at:
        raise Unproven(f"The approval of {found.person} was not valid then.")
    case.needs({"person": (found.person, stated.identity), "role": (found.role, stated.role)})
    _scope(case, found.scope)


def _scope(case: Case, scope: Scope) -> None:
    """What is approved is what was opened and planned, under the policy in force, by evidence on the record."""
    opened, planned = case.opened, case.planned
    if opened is None or planned is None:
        raise Unproven("It is for a promotion without a plan.")
    case.needs({
        "promotion": (scope.promotion, opened.promotion),
        "kind": (scope.kind, opened.way),
        "target": (scope.target, opened.target),
        "release": (scope.release, opened.release.content),
        "plan": (scope.plan, planned.plan.content),
        "view": (scope.view, planned.view.content),
        "state": (scope.state, planned.state),
        "rollback": (scope.rollback, planned.rollback),
        "policy": (scope.policy, case.trusted().policy.of(opened.target).digest()),
    })  # fmt: skip
    if any(case.known.evidence.get(each, case.entry.number) >= case.entry.number for each in scope.evidence):
        raise Unproven("It counts on evidence that was not on the record.")


def _started(case: Case) -> None:
    """Its decision was open, for what every approval was given for; none of them had run out."""
    stated: PromotionStarted = case.payload
    decision = Decision.parse(case.objects.read(stated.decision.path), stated.decision.path)
    if not decision.open or decision.scope is None:
        raise Unproven(f"It was started with closed gates: {', '.join(gate.name for gate in decision.closed)}.")
    case.needs({
        "approvals": (set(decision.approvals), set(stated.approvals)),
        "plan": (decision.scope.plan, stated.plan),
    })  # fmt: skip
    _scope(case, decision.scope)
    for digest in stated.approvals:
        given, reference = case.known.approvals[digest]
        signed = case.approval(reference, given)
        case.needs({"scope": (signed.approval.scope, decision.scope)})
        _still_good(case, signed)


def _still_good(case: Case, signed: Signed) -> None:
    """Neither approval nor key had run out when it was used; the signature was good when it was recorded."""
    person, at = signed.approval.person, case.entry.at
    if signed.approval.expires_at <= at:
        raise Unproven(f"The approval of {person} had run out.")
    keys = (each for each in case.trusted().people.signers() if each.principal == person)
    if not any(each.fingerprint == signed.key and each.valid_after <= at < each.valid_before for each in keys):
        raise Unproven(f"The key of {person} was revoked or expired before the approval was used.")


PROOFS: Mapping[type[Payload], Callable[[Case], None]] = {
    EvidenceRecorded: _evidence,
    ApprovalGiven: _approval,
    PromotionStarted: _started,
    Frozen: _order,
    Unfrozen: _order,
}
