"""The plan of a promotion: made from the target's state by the release's own program, kept, and recorded."""

from __future__ import annotations

from dataclasses import replace

from engine.plan import Plan
from engine.program import ProgramSource
from promotion import content, deployments, gathering, planned, reversal
from promotion.approval import RollbackTo
from promotion.case import Case
from promotion.entries import Reference
from promotion.kinds.lifecycle import PromotionPlanned
from promotion.planned import PREFIX, Planned
from promotion.schema import Digest
from promotion.session import Session
from promotion.surroundings import Surroundings
from promotion.view import view


def stale(case: Case, around: Surroundings) -> bool:
    """Whether there is no plan, or one that nobody has approved yet and that starts from another state."""
    return case.planned is None or (case.planned.state != around.state.digest and not case.approvals)


def plan(session: Session, case: Case, around: Surroundings, program: ProgramSource) -> Case:
    """The promotion with a new plan of its release's program, on the record unless it is a dry run.

    Raises OperationFailed.
    """
    since = deployments.newest(session.ledger, case.target)
    made, excluded = _made(session, case, around, program)
    back = RollbackTo(release=since, kept=reversal.kept(made)) if since else None
    origins = gathering.origins(session, case, since)
    shown = view(gathering.subject(session, case, around.state.digest, since, origins), made)
    planned.keep(session.store, Planned(made, around.state, shown, excluded))
    payload = PromotionPlanned(
        promotion=case.id, plan=_kept(made.digest), view=_kept(shown.digest), state=around.state.digest,
        excluded=excluded, rollback=back, origins=origins,
    )  # fmt: skip
    if case.history:
        session.record(payload, case.target)
    return replace(case, planned=payload, approvals=(), state="planned")


def _made(session: Session, case: Case, around: Surroundings, program: ProgramSource) -> tuple[Plan, tuple[str, ...]]:
    """A rollback leaves alone what holds data and the older release lacks."""
    deployer = session.deployers(case.target)
    if case.way != "rollback":
        return deployer.plan(program, around.state), ()
    found = deployer.preserving(program, around.state)
    return found.plan, found.excluded


def _kept(digest: Digest) -> Reference:
    return Reference(path=content.path(PREFIX, digest), content=digest)
