"""Accepting a state that nothing on the record explains, once somebody has looked at it."""

from __future__ import annotations

from infra.errors import GateClosed
from promotion.kinds.environments import StateAccepted
from promotion.refusal import line
from promotion.schema import Digest, Target
from promotion.session import Session


def accept(session: Session, target: Target, reason: str) -> Digest:
    """Put the state as it is on the record, and return its digest.

    Raises GateClosed for somebody unknown, EnvironmentBusy while somebody changes it, OperationFailed.
    """
    if session.trust.people.person(session.actor) is None:
        raise GateClosed(f"{session.actor} is nobody here.", hint="Give --identity: `distro people list`.")
    digest = session.deployers(target).state().digest
    session.record(StateAccepted(state=digest, reason=line(reason)), target)
    return digest
