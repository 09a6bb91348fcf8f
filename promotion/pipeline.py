"""`promote` and `rollback`: open, look, plan, decide; and, once every gate is open, carry it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infra.errors import UsageError
from promotion import case as cases
from promotion import execution, gathering, opening, planning, release, surroundings, telling
from promotion.acquiring import busy
from promotion.case import Case
from promotion.decision import Decision
from promotion.entries import NotAllowed
from promotion.gate import decide
from promotion.planned import Planned
from promotion.projection import OPEN, RUNNING
from promotion.refusal import Refused, refused
from promotion.session import Session
from promotion.surroundings import Surroundings
from promotion.tenure import newest

_MOVING = frozenset({"state", "drift"})
"""Gates that anybody's deployment closes while it lasts."""


@dataclass(frozen=True)
class Options:
    """How it is asked for: `wait` seconds for a holder, a new plan instead of the one on record, looking alone."""

    wait: float = 0
    replan: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of it. `decision` is None for one that was begun before: its gates were passed then."""

    case: Case
    decision: Decision | None
    plan: Planned | None
    detail: str = ""


Confirm = Callable[[Outcome], None]
"""Asked once every gate is open, before anything is changed. Raises UsageError where the answer is no."""


def promote(session: Session, request: opening.Request, options: Options, confirm: Confirm) -> Outcome:
    """Open a promotion, or go on with the open one, as far as the gates allow.

    Raises EnvironmentBusy, OperationFailed, UsageError, Interrupted; closed gates are an outcome, on the record.
    """
    case = opening.opened(session, request, dry_run=options.dry_run)
    return _gone_on(session, case, options, confirm)


def resume(session: Session, id: str, request: opening.Request, options: Options, confirm: Confirm) -> Outcome:
    """Go on with a promotion by its id. Raises as `promote`, UsageError for one at its end or elsewhere."""
    case = cases.read(session.ledger, session.store, id)
    if (case.source, case.target) != (request.source, request.target):
        raise UsageError(f"{id} goes from {case.source} to {case.target}.")
    if case.state not in OPEN | RUNNING:
        raise UsageError(f"{id} is {case.state}.", hint=f"Run: distro promotion show {id}")
    return _gone_on(session, case, options, confirm)


def _gone_on(session: Session, case: Case, options: Options, confirm: Confirm) -> Outcome:
    if case.state not in OPEN:
        return _begun(session, case, options, confirm)
    program = release.program(session.store, case.release, session.say)
    session.deployers(case.target).expect(program)
    with surroundings.looking(session, case) as around:
        anew = options.replan or planning.stale(case, around)
        try:
            case = planning.plan(session, case, around, program) if anew else case
        except NotAllowed:
            if (now := _now(session, case)).state in OPEN:
                raise
            return _begun(session, now, options, confirm)
        decision = decide(gathering.facts(session, case, around))
    outcome = Outcome(case, decision, gathering.plan(session, case))
    if options.dry_run:
        return outcome
    if not decision.open and (now := _now(session, case)).state not in OPEN:
        return _begun(session, now, options, confirm)  # what closed them is that somebody else is at it
    _require_at_rest(session, case, decision)
    if anew:
        telling.tell_approvers(session, case, decision)
    if not decision.open:
        refused(session, case, decision)
        return outcome
    return _carried_out(session, outcome, around, options, confirm)


def _require_at_rest(session: Session, case: Case, decision: Decision) -> None:
    """Raises EnvironmentBusy where the target is not as recorded since somebody is changing it right now."""
    if _MOVING.isdisjoint(gate.name for gate in decision.closed):
        return
    last = newest(session.store, case.target)
    if last and last.state == "held" and not (last.holder.gone or last.expired(session.store.now())):
        raise busy(last)


def _begun(session: Session, case: Case, options: Options, confirm: Confirm) -> Outcome:
    """Go on with one that was begun before, by a process that was killed or lives; one that is over is left as it is.

    Raises EnvironmentBusy where it lives.
    """
    outcome = Outcome(case, None, None)
    if options.dry_run or case.state not in RUNNING:
        return outcome
    return _carried_out(session, outcome, None, options, confirm)


def _now(session: Session, case: Case) -> Case:
    """As the ledger has it now."""
    return cases.read(session.ledger, session.store, case.id)


def _carried_out(
    session: Session, outcome: Outcome, around: Surroundings | None, options: Options, confirm: Confirm
) -> Outcome:
    confirm(outcome)
    try:
        ended = execution.execute(session, outcome.case, around, wait=options.wait)
    except Refused as error:
        return Outcome(error.case, error.decision, outcome.plan)
    return Outcome(ended.case, outcome.decision, outcome.plan, ended.detail)
