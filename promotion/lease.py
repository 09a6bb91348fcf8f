"""A lease that is held: renewed while the holder works, and what happens when it is lost.

Its token fences the ledger. The engine cannot be fenced by it, so whoever loses the lease kills its engine at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from infra.errors import OperationFailed
from promotion.store import Exists, Missing, Store, StoreFailed
from promotion.tenure import State, Tenure

_AGAIN = 0.25
"""Seconds until a store that failed is asked again."""


class LeaseLost(OperationFailed):
    """The lease is held no more: it ran out, or was broken."""


@dataclass(frozen=True)
class Terms:
    """Seconds: how long a lease lasts unrenewed, how often it is renewed, how long a dead holder's engine may live."""

    seconds: float = 60
    renew: float = 15
    grace: float = 30


TERMS = Terms()


class Lease:
    """A context manager: renewed in a thread of its own inside the block, given back at its end.

    `on_lost` is called once, in whichever thread finds out; it has to kill the engine's process group.
    """

    def __init__(self, store: Store, tenure: Tenure, until: float, terms: Terms, on_lost: Callable[[], None]) -> None:
        self._store, self._tenure, self._until = store, tenure, until
        self._terms, self._on_lost = terms, on_lost
        self._ended, self._lost = Event(), Event()
        self._writing, self._losing = Lock(), Lock()
        self._thread = Thread(target=self._keep_renewed, name=f"lease of {tenure.environment}", daemon=True)

    @property
    def token(self) -> int:
        """The fencing token: higher than that of every holder before."""
        return self._tenure.token

    def check(self) -> None:
        """Ask the store whether it is held. Raises LeaseLost, StoreFailed."""
        with self._writing:
            held = not self._lost.is_set() and time.monotonic() < self._until and self._is_newest()
        if not held:
            self._lose()
            raise self._error()

    def keep(self, reason: str) -> None:
        """Leave the environment held until a person breaks it, as after a rollback that failed. Raises LeaseLost."""
        self._finish("kept", reason)

    def release(self) -> None:
        """Give it back. Raises LeaseLost where it was lost before, StoreFailed (it runs out by itself then)."""
        self._finish("released", None)

    def __enter__(self) -> Self:
        """Renew it from now on."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Give it back, unless that was done; the error that ends the block is not hidden by another."""
        if self._ended.is_set() and not self._lost.is_set():
            return
        try:
            self.release()
        except (LeaseLost, StoreFailed):
            if error is None:
                raise

    def _finish(self, state: State, note: str | None) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._lost.is_set() or not self._write(state, note):
            raise self._error()

    def _keep_renewed(self) -> None:
        while not self._ended.wait(self._terms.renew):
            if not self._renewed():
                self._lose()

    def _renewed(self) -> bool:
        """Whether it could be renewed before it ran out; a store that fails is asked until then."""
        while time.monotonic() < self._until and not self._ended.is_set():
            try:
                return self._write("held", None)
            except StoreFailed:
                self._ended.wait(_AGAIN)
        return self._ended.is_set()

    def _write(self, state: State, note: str | None) -> bool:
        """Make the next object; whether nobody else had."""
        with self._writing:
            while self._is_newest():
                started = time.monotonic()
                after = self._tenure.followed(state, self._store.now(), note)
                try:
                    self._store.create(after.path, after.canonical())
                except Exists:
                    continue
                self._tenure, self._until = after, started + self._terms.seconds
                return True
        return False

    def _is_newest(self) -> bool:
        """Whether nobody wrote after us; a renewal of ours whose answer was lost is taken for what it is."""
        while True:
            after = self._tenure.followed("held", self._tenure.at, None)
            try:
                found = Tenure.parse(self._store.read(after.path), after.path)
            except Missing:
                return True
            if found.state == "broken" or found.holder != self._tenure.holder:
                return False
            self._tenure = found

    def _lose(self) -> None:
        with self._losing:
            if self._lost.is_set():
                return
            self._lost.set()
            self._ended.set()
        self._on_lost()

    def _error(self) -> LeaseLost:
        return LeaseLost(
            f"The lease of {self._tenure.environment} (token {self.token}) is lost: it ran out or was broken.",
            hint=f"`distro lock show {self._tenure.environment}` says who holds it now.",
        )
