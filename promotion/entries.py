"""An entry of the ledger: numbered, chained to the one before, with a payload of a known kind."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import Field

from infra.errors import GateClosed
from promotion.projection import Projection
from promotion.schema import Digest, Identifier, Line, Moment, Record, Stored, Target

GENESIS = f"sha256:{'0' * 64}"
"""What the first entry has for the digest of the one before."""

PREFIX = "ledger"
_NAME = re.compile(rf"{PREFIX}/([0-9]{{12}})\.json")
MAX_ENTRY = 64 * 1024
"""Bytes of an entry: it names objects by digest and holds none of them."""

Number = Annotated[int, Field(ge=1, lt=10**12)]
Token = Annotated[int, Field(ge=1, lt=10**12)]


class Objects(Protocol):
    """Where objects are read from: a store, or a bundle without one."""

    def read(self, path: str, *, limit: int = ...) -> bytes:
        """All bytes. Raises Missing, StoreFailed."""

    def names(self, prefix: str) -> list[str]:
        """Full names below a prefix, sorted."""


class NotAllowed(GateClosed):
    """What an entry says cannot follow from the entries before it: an approval used twice, a fenced holder, …."""


class Position(Stored):
    """A place in the ledger: an entry's number, and `entry`, the digest of its bytes."""

    number: Annotated[int, Field(ge=0, lt=10**12)]
    entry: Digest


START = Position(number=0, entry=GENESIS)


class Reference(Stored):
    """An object of the store that a payload binds: where it lies, and `content`, the digest of its bytes."""

    path: Line
    content: Digest


class Entry(Record):
    """One entry. `at` is the store's time; `token` the fencing token of the lease that it was written under, if any."""

    number: Number
    previous: Digest
    at: Moment
    kind: Identifier
    environment: Target | None
    actor: Line
    token: Token | None
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    payload: dict[str, Any]

    @property
    def position(self) -> Position:
        """Its number and digest."""
        return Position(number=self.number, entry=self.digest())


class Payload(Record):
    """What happened. A kind is one subclass: its fields, what it binds, what it needs and what it changes."""

    kind: ClassVar[str]

    def references(self) -> tuple[Reference, ...]:
        """The objects that it binds: `audit verify` reads each of them again."""
        found = (getattr(self, name) for name in type(self).model_fields)
        return tuple(one for value in found for one in _each(value) if isinstance(one, Reference))

    def check(self, entry: Entry, projection: Projection) -> None:
        """Whether it may follow what was recorded before. Raises NotAllowed; changes nothing."""

    def apply(self, entry: Entry, projection: Projection) -> None:
        """Change what follows from the ledger; called after `check`, cannot fail."""


def path_of(number: int) -> str:
    """Name of the entry's object."""
    return f"{PREFIX}/{number:012d}.json"


def number_of(path: str) -> int | None:
    """The number of the entry that an object's name says it is; None for any other name."""
    found = _NAME.fullmatch(path)
    return int(found[1]) if found else None


def _each(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple) else (value,)
