"""The entries as they lie in a store or a bundle, and whether each is the one that those after it speak of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from infra.errors import DistroError
from promotion.entries import PREFIX, START, Entry, Objects, Position, number_of
from promotion.reading import read, side_by_side
from promotion.schema import digest_of


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong with an entry; number 0 is the ledger as a whole."""

    entry: int
    problem: str


@dataclass(frozen=True)
class Claim:
    """Somebody outside of the chain says that the ledger has this entry: the anchor, a checkpoint, a memory."""

    position: Position
    source: str


@dataclass
class Chain:
    """What was found. `digests` has every object, `entries` those that are entries, in their own place."""

    digests: dict[int, str] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The highest number."""
        return max(self.digests, default=0)

    @property
    def head(self) -> Position:
        """The newest entry."""
        return Position(number=self.last, entry=self.digests[self.last]) if self.digests else START


def load(objects: Objects) -> Chain:
    """Read all entries, side by side. Raises StoreFailed."""
    chain, numbers = Chain(), []
    for name in objects.names(PREFIX):
        if number := number_of(name):
            numbers.append(number)
        else:
            chain.problems.append(Problem(0, f"{name} is no entry of a ledger: somebody put it there."))
    for number, data in zip(numbers, side_by_side(lambda each: read(objects, each), numbers), strict=True):
        if data is not None:
            _parse(chain, number, data)
    return chain


def connect(chain: Chain, claims: Sequence[Claim]) -> None:
    """Compare each entry with what is said of it, from the last to the first, and note what is wrong."""
    said: dict[int, list[Claim]] = {}
    for claim in claims:
        said.setdefault(claim.position.number, []).append(claim)
    # Numbers may be anything that somebody named an object: what lies between two of them is not counted through.
    numbers = sorted({*chain.digests, *said} - {0}, reverse=True)
    following: str | None = None
    for number, before in zip(numbers, [*numbers, 0][1:], strict=True):
        following = _connected(chain, number, following, said.get(number, ()))
        if before < number - 1:
            more = f", as are those up to {number - 1}" if before < number - 2 else ""
            chain.problems.append(Problem(before + 1, f"It is missing{more}."))
            following = None
    if following not in (None, START.entry):
        chain.problems.append(Problem(1, "It names an entry before it: the beginning was cut off."))
    for claim in said.get(0, ()):
        if claim.position != START:
            chain.problems.append(Problem(0, f"{claim.source} has another beginning."))


def _parse(chain: Chain, number: int, data: bytes) -> None:
    chain.digests[number] = digest_of(data)
    try:
        entry = Entry.parse(data)
    except DistroError as error:
        chain.problems.append(Problem(number, f"It cannot be read: {error.message}"))
        return
    if entry.number == number:
        chain.entries[number] = entry
    else:
        chain.problems.append(Problem(number, f"It is entry {entry.number}, put in this place."))


def _connected(chain: Chain, number: int, following: str | None, claims: Iterable[Claim]) -> str | None:
    """Check one entry; the digest that the one before it has to have, where this one is to be believed."""
    digest = chain.digests.get(number)
    if digest is None:
        sources = ", ".join(claim.source for claim in claims)
        chain.problems.append(Problem(number, f"It is missing{f', and {sources} has it' if sources else ''}."))
        return None
    others = (claim.source for claim in claims if claim.position.entry != digest)
    wrong = [f"{source} has another one here: it was changed" for source in others]
    if following not in (None, digest):
        wrong.append("The entry after it was chained to another one: it was changed")
    chain.problems += [Problem(number, f"{each}, or the chain was made anew.") for each in wrong]
    entry = chain.entries.get(number)
    return entry.previous if entry and not wrong else None
