"""What has to be looked at outside of the store: the target's state and drift, the health of the source."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from engine.canonical import State
from promotion import deployments, release
from promotion.case import Case
from promotion.facts import SourceState
from promotion.schema import Digest
from promotion.session import Session

_OUTSIDE = "local"
"""The source that no promotion reaches: it is on whoever's machine, and nothing of it is looked at."""


@dataclass(frozen=True)
class Surroundings:
    """`state` is the target's; `drifted` are resources that differ from it."""

    state: State
    drifted: tuple[str, ...]
    source: SourceState


def look(session: Session, case: Case) -> Surroundings:
    """Look at source and target side by side. Raises EnvironmentBusy, UsageError, OperationFailed."""
    target = session.deployers(case.target)
    running = None if case.source == _OUTSIDE else deployments.current(session.ledger, case.source)
    state = target.state()
    with ThreadPoolExecutor(max_workers=1) as beside:
        healthy = beside.submit(_healthy, session, case, running)
        drifted = target.drifted()
        checked = session.ledger.now() if healthy.result() is not None else None
        return Surroundings(state, drifted, SourceState(running, bool(healthy.result()), checked))


def _healthy(session: Session, case: Case, running: Digest | None) -> bool | None:
    """Whether the source is; None where it does not run the release, which closes the gate anyway."""
    if case.way == "rollback" or running != case.release.digest():
        return None
    specification = release.specification(session.store, case.release, case.source)
    return not session.deployers(case.source).failing(specification)
