"""The ledger: numbered objects that are made once, each with the digest of the one before.

An entry gets its place by making the object of the next number, which one writer alone can; whoever loses reads what
came between, checks again that the entry may still follow, and tries the next number. So what two writers exclude of
each other (one approval used twice, a fenced holder) is decided by the order of the numbers.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Protocol

from infra.errors import DistroError, OperationFailed
from promotion.anchor import Anchor, Mark
from promotion.clock import TOLERANCE, check_clock
from promotion.entries import START, Entry, Payload, Position, path_of
from promotion.kinds import check, follow
from promotion.memory import Memory
from promotion.projection import Projection
from promotion.reading import entries_of
from promotion.schema import Target, digest_of
from promotion.store import Exists, Store

_COLLIDED, _CROWDED = 0.02, 2.0
"""Seconds that whoever lost a number waits at most, doubled with each loss up to the second: a crowd draws apart."""


class LedgerBroken(OperationFailed):
    """The ledger is not what was written; `entry` is the first bad one that is known."""

    def __init__(self, entry: int, problem: str) -> None:
        hint = "`distro audit verify` has all that is wrong with it."
        super().__init__(f"Entry {entry} of the ledger {problem}.", hint=hint)
        self.entry = entry


class Fence(Protocol):
    """The lease that an entry is written under."""

    @property
    def token(self) -> int:
        """Its fencing token."""

    def check(self) -> None:
        """Raises where it is held no more."""


class Ledger:
    """One store's ledger, for one thread. What was read stays; `entries` and `head` are as of the last `read`."""

    def __init__(self, store: Store, anchor: Anchor, memory: Memory) -> None:
        self._store = store
        self._anchor = anchor
        self._memory = memory
        self._projection = Projection()
        self._compared = False
        self.entries: list[Entry] = []
        self.positions: list[Position] = [START]

    @property
    def head(self) -> Position:
        """The newest entry's number and digest."""
        return self.positions[-1]

    def read(self) -> Projection:
        """Read on and return what follows from the whole.

        Raises LedgerBroken: an entry that is no entry, does not follow, or is missing, going by the anchor and by what
        this client has seen before; StoreFailed, AnchorFailed.
        """
        if not self._compared:
            self._take(range(1, self._anchor.read().head.number + 1))
        self._take(count(self.head.number + 1))
        if not self._compared:
            self._compare(self._anchor.read())
            self._compared = True
        return self._projection

    def append(self, payload: Payload, *, environment: Target | None, actor: str, fence: Fence | None = None) -> Entry:
        """Write an entry, durably, and return it; `actor` is who, `fence` the lease it is written under.

        Raises NotAllowed where it cannot follow from what is recorded, LedgerBroken, StoreFailed and AnchorFailed (it
        may have been written then: a new Ledger shows), and what `now` and `fence.check` raise.
        """
        lost = 0
        while True:
            projection = self.read()
            entry = self._next(payload, environment, actor, fence)
            check(entry, payload, projection)
            if fence:
                fence.check()
            if self._create(entry):
                return entry
            lost += 1
            time.sleep(random.uniform(0, min(_CROWDED, _COLLIDED * 2**lost)))  # noqa: S311 -- no secret

    def now(self) -> datetime:
        """The ledger's time: the store's clock, never before the newest entry.

        Raises OperationFailed where that, the local clock and the newest entry are too far apart.
        """
        found, newest = self._store.now(), self._projection.at
        check_clock(found, datetime.now(UTC))
        if newest and newest - found > TOLERANCE:
            raise OperationFailed(
                f"The newest entry of the ledger is of {newest:%Y-%m-%d %H:%M:%S} UTC, after the present.",
                hint="Set the clock: approvals and leases go by it.",
            )
        return max(found, newest) if newest else found

    def _next(self, payload: Payload, environment: Target | None, actor: str, fence: Fence | None) -> Entry:
        return Entry(
            number=self.head.number + 1, previous=self.head.entry, at=self.now(), kind=payload.kind,
            environment=environment, actor=actor, token=fence.token if fence else None, nonce=secrets.token_hex(16),
            payload=payload.model_dump(mode="json"),
        )  # fmt: skip

    def _create(self, entry: Entry) -> bool:
        """Whether it got its number."""
        data = entry.canonical()
        self._anchor.write(Mark(head=self.head, intents=(Position(number=entry.number, entry=digest_of(data)),)))
        try:
            self._store.create(path_of(entry.number), data)
        except Exists as taken:
            if not taken.same:
                return False
        self._follow(entry, digest_of(data))
        self._anchor.write(Mark(head=self.head))
        self._memory.remember(self.head)
        return True

    def _take(self, numbers: Iterable[int]) -> None:
        for number, data in entries_of(self._store, numbers):
            try:
                self._follow(Entry.parse(data), digest_of(data))
            except DistroError as error:
                raise LedgerBroken(number, f"is no good: {error.message}") from error

    def _follow(self, entry: Entry, digest: str) -> None:
        if entry.number != self.head.number + 1 or entry.previous != self.head.entry:
            raise LedgerBroken(self.head.number + 1, "does not follow the one before it")
        follow(entry, self._projection)
        self.entries.append(entry)
        self.positions.append(Position(number=entry.number, entry=digest))

    def _compare(self, mark: Mark) -> None:
        """With a mark of after the reading: entries that others wrote in between are no contradiction."""
        self._take(range(self.head.number + 1, mark.head.number + 1))
        for known in (mark.head, self._memory.head):
            if known.number > self.head.number:
                raise LedgerBroken(self.head.number + 1, f"is missing: there were {known.number}")
            if self.positions[known.number] != known:
                raise LedgerBroken(known.number, "is another one than it was")
        for position in self.positions[mark.head.number + 1 :]:
            if position not in mark.intents:
                raise LedgerBroken(position.number, "was not announced to the anchor: somebody else wrote it")
        self._memory.remember(self.head)
