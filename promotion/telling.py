"""Telling the approvers of a new plan that it waits for them; what goes wrong is said, and stops nothing."""

from __future__ import annotations

import os

from infra.errors import OperationFailed
from promotion import notice
from promotion.case import Case
from promotion.decision import Decision
from promotion.gate_approvals import NAME, roles_asked
from promotion.session import Session


def tell_approvers(session: Session, case: Case, decision: Decision) -> None:
    """Send the notice where approvals are missing and an address is set. Raises UsageError for a bad address."""
    url = os.environ.get(notice.VARIABLE)
    if url is None or NAME not in {gate.name for gate in decision.closed}:
        return
    roles = roles_asked(session.trust.policy.of(case.target), case.way)
    told = notice.Notice(
        promotion=case.id, source=case.source, target=case.target, release=case.release.id, requester=case.requester,
        roles=roles, command=f"distro promotion show {case.id}",
    )  # fmt: skip
    try:
        notice.send(url, told)
    except OperationFailed as error:
        session.say(error.message)
