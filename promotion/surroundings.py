"""What has to be looked at outside of the store: the target's state and drift, the health of the source."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

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
    """`state` is the target's; the rest is waited for where it is asked for. Raises what went wrong meanwhile."""

    state: State
    _drifted: Future[tuple[str, ...]] = field(repr=False)
    _source: Future[SourceState] = field(repr=False)

    @property
    def drifted(self) -> tuple[str, ...]:
        """Resources of the target that differ from its state."""
        return self._drifted.result()

    @property
    def source(self) -> SourceState:
        """What runs in the source, and whether it is well."""
        return self._source.result()


@contextmanager
def looking(session: Session, case: Case) -> Iterator[Surroundings]:
    """Look at source and target while the block plans. Raises EnvironmentBusy, UsageError, OperationFailed."""
    target = session.deployers(case.target)
    running = None if case.source == _OUTSIDE else deployments.current(session.ledger, case.source)
    state = target.state()
    with ThreadPoolExecutor(max_workers=2) as beside:
        drifted, source = beside.submit(target.drifted), beside.submit(_source, session, case, running)
        yield Surroundings(state, drifted, source)


def _source(session: Session, case: Case, running: Digest | None) -> SourceState:
    """One that does not run the release is not looked at: that closes the gate anyway."""
    if case.way == "rollback" or running != case.release.digest():
        return SourceState(running, healthy=False, checked_at=None)
    specification = release.specification(session.store, case.release, case.source)
    failing = session.deployers(case.source).failing(specification)
    return SourceState(running, healthy=not failing, checked_at=session.store.now())
