"""What people answer to a promotion that waits for them: approve, reject, take back; refusals go on the record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infra.environment.operation import Role
from infra.errors import GateClosed
from promotion import approval, approving, gate_approvals, gathering, signed_objects
from promotion import case as cases
from promotion.approval import Approval, Signed
from promotion.case import Case
from promotion.kinds.lifecycle import ApprovalGiven, PromotionRejected
from promotion.organisation import public_key
from promotion.people import People
from promotion.planned import Planned
from promotion.projection import OPEN
from promotion.refusal import line, refusals
from promotion.session import Session

FOLDER = "approvals"


@dataclass(frozen=True)
class Asked:
    """What an approver is shown, and the statement that is signed then."""

    case: Case
    plan: Planned
    approval: Approval


def asked(session: Session, id: str, role: Role, person: str) -> Asked:
    """What there is to approve, rebuilt from the store.

    Raises GateClosed, on the record, where nothing waits or the approval would not count; OperationFailed.
    """
    case = cases.read(session.ledger, session.store, id)
    with refusals(session, case.target, f"approve {id} as {role}", person, gate_approvals.NAME):
        if case.state not in OPEN:
            raise GateClosed(f"{id} is {case.state}: there is nothing to approve.")
        stated = approving.prepare(gathering.facts(session, case, None), person, role)
    return Asked(case, gathering.plan(session, case), stated)


def approve(session: Session, found: Asked, key: Path) -> Signed:
    """Sign and record. Raises GateClosed, on the record, for a key that may not; UsageError for one that cannot."""
    stated, case = found.approval, found.case
    envelope = approval.sign(stated, key)
    with refusals(session, case.target, f"approve {case.id} as {stated.role}", stated.person, gate_approvals.NAME):
        signed = approval.verify(envelope.canonical(), session.trust.people, stated.issued_at)
        reference = signed_objects.keep(session.store, f"{FOLDER}/{case.id}", envelope)
        given = ApprovalGiven(
            promotion=case.id, role=stated.role, identity=stated.person, plan=stated.scope.plan, approval=reference
        )
        session.ledger.append(given, environment=case.target, actor=stated.person)
    return signed


def reject(session: Session, id: str, reason: str) -> Case:
    """End a promotion that was not begun. Raises GateClosed for somebody unknown, or where it was begun or is over."""
    case = cases.read(session.ledger, session.store, id)
    with refusals(session, case.target, f"reject {id}", session.actor, gate_approvals.NAME):
        if session.trust.people.person(session.actor) is None:
            raise GateClosed(f"{session.actor} is nobody here.", hint="Give --identity: `distro people list`.")
        session.record(PromotionRejected(promotion=id, reason=line(reason)), case.target)
    return cases.read(session.ledger, session.store, id)


def cancel(session: Session, id: str) -> Case:
    """Take a promotion back. Raises GateClosed for anybody but its requester, or where it was begun or is over."""
    case = cases.read(session.ledger, session.store, id)
    with refusals(session, case.target, f"cancel {id}", session.actor, gate_approvals.NAME):
        if session.actor != case.requester:
            raise GateClosed(f"{id} is {case.requester}'s to cancel.", hint=f"Others: distro reject {id} --reason TEXT")
        session.record(PromotionRejected(promotion=id, reason="cancelled by its requester"), case.target)
    return cases.read(session.ledger, session.store, id)


def owner(people: People, key: Path) -> str:
    """Whose key it is, by its public half. Raises UsageError where that is not there, GateClosed for nobody's."""
    public = public_key(key if key.suffix == ".pub" else key.with_name(f"{key.name}.pub"))
    found = next((each for each in people.people if public in {held.key for held in each.keys}), None)
    if found is None:
        raise GateClosed(f"{key} belongs to nobody here.", hint="`distro people list` shows whose keys count.")
    return found.name
