"""Taking an environment's lease, and ending that of a holder that is dead, on the record."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from infra.errors import EnvironmentBusy, UsageError
from promotion.entries import NotAllowed
from promotion.kinds.environments import LeaseBroken, OperationEnded, OperationStarted
from promotion.lease import TERMS, Lease, Terms
from promotion.ledger import Ledger
from promotion.schema import Digest, Target
from promotion.store import Exists, Store
from promotion.tenure import Holder, Tenure, newest

_LOOK = 0.25
"""Seconds between looks at a lease that somebody else has: a store tells nobody of changes."""


@dataclass(frozen=True)
class EngineLock:
    """The engine's own lock on the stack's state: whether somebody has it, and how it is freed."""

    held: Callable[[], bool]
    free: Callable[[], None]


NO_ENGINE = EngineLock(held=lambda: False, free=lambda: None)


@dataclass
class Ending:
    """How an operation ended, as `OperationEnded` has it."""

    result: Literal["done", "failed"] = "failed"
    state: Digest | None = None
    unreleased: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Leases:
    """The leases of one store. `ledger` gets what is broken."""

    store: Store
    ledger: Ledger
    terms: Terms = TERMS

    def acquire(
        self, environment: Target, holder: Holder, *, wait: float = 0, engine: EngineLock = NO_ENGINE,
        on_lost: Callable[[], None] = lambda: None,
    ) -> Lease:  # fmt: skip
        """Take it, waiting up to `wait` seconds; a dead holder's is broken first, on the record.

        Then the engine's lock is free: nothing that is wanted can have it any more. Raises EnvironmentBusy (exit 5),
        StoreFailed, and what `Ledger.append` raises.
        """
        deadline = time.monotonic() + wait
        while True:
            last = newest(self.store, environment)
            if last is None or last.over:
                if lease := self._take(environment, holder, last.token + 1 if last else 1, on_lost):
                    if engine.held():
                        engine.free()
                    return lease
            elif self._dead(last, engine):
                self._end(last, "It was not renewed: its holder is dead.", holder.who)
            elif time.monotonic() >= deadline:
                raise busy(last)
            else:
                time.sleep(min(_LOOK, max(0.0, deadline - time.monotonic())))

    def break_dead(self, environment: Target, *, reason: str, who: str, engine: EngineLock = NO_ENGINE) -> Tenure:
        """End the lease of a dead holder, or one that was kept for a person; return it as it was.

        An engine that its holder left is ended then, under a lease of its own: it cannot be somebody else's engine.
        Raises EnvironmentBusy for a holder that lives, UsageError where nobody holds it.
        """
        last = newest(self.store, environment)
        if last is None or last.over:
            raise UsageError(f"Nobody holds {environment}.")
        if last.state != "kept" and not self._dead(last, engine):
            raise busy(last)
        self._end(last, reason, who)
        after = newest(self.store, environment)
        if after and after.token == last.token and not after.over:
            raise busy(after)
        if engine.held():
            freeing = self.operation(environment, who, "lock break: end its engine", None)
            with suppress(EnvironmentBusy), freeing as ending:  # whoever took it in this moment has freed it
                engine.free()
                ending.result = "done"
        return last

    @contextmanager
    def operation(
        self, environment: Target, who: str, command: str, before: Digest | None, *, wait: float = 0
    ) -> Iterator[Ending]:
        """Hold it for one operation, its intent and end on the record: the block says how it ended, else it failed.

        `before` is the state's digest. Raises EnvironmentBusy, and as `Ledger.append`.
        """
        with self.acquire(environment, Holder.here(who, command), wait=wait) as lease:
            id, ending = secrets.token_hex(6), Ending()
            started = OperationStarted(operation=id, command=command, state=before)
            self.ledger.append(started, environment=environment, actor=who, fence=lease)
            try:
                yield ending
            finally:
                ended = OperationEnded(operation=id, **vars(ending))
                self.ledger.append(ended, environment=environment, actor=who, fence=lease)

    def _take(self, environment: Target, holder: Holder, token: int, on_lost: Callable[[], None]) -> Lease | None:
        started = time.monotonic()
        taken = Tenure(
            environment=environment, token=token, renewal=1, state="held", holder=holder, at=self.store.now(),
            seconds=self.terms.seconds,
        )  # fmt: skip
        try:
            self.store.create(taken.path, taken.canonical())
        except Exists as other:
            if not other.same:
                return None
        return Lease(self.store, taken, started + self.terms.seconds, self.terms, on_lost)

    def _dead(self, last: Tenure, engine: EngineLock) -> bool:
        """Whether its process is gone from this machine; or it ran out, and its engine has ended since.

        An engine that outlived a process of this machine is ended when its lock is freed.
        """
        if last.state == "held" and last.holder.gone:
            return True
        now = self.store.now()
        return last.expired(now) and (not engine.held() or last.expired(now, self.terms.grace))

    def _end(self, last: Tenure, reason: str, who: str) -> None:
        """On the record first: whoever dies in between leaves a break that the next one completes."""
        broken = LeaseBroken(broken=last.token, holder=str(last.holder), reason=reason)
        with suppress(NotAllowed):  # somebody else recorded it already
            self.ledger.append(broken, environment=last.environment, actor=who)
        after = last.followed("broken", self.store.now(), reason)
        with suppress(Exists):  # ended by somebody else, or renewed in this moment: looked at again
            self.store.create(after.path, after.canonical())


def busy(tenure: Tenure) -> EnvironmentBusy:
    """The error that names the holder."""
    if tenure.state == "kept":
        return EnvironmentBusy(
            f"{tenure.environment} is kept by {tenure.holder}: {tenure.note}",
            hint=f"When that is settled: distro lock break {tenure.environment} --reason TEXT",
        )
    return EnvironmentBusy(
        f"{tenure.environment} is held by {tenure.holder}, last renewed at {tenure.at:%Y-%m-%dT%H:%M:%SZ}.",
        hint="Wait for it, or give --wait SECONDS.",
    )
