"""`audit verify`: whether the ledger is complete and all that it binds is there, by its objects alone.

An entry is authentic where something after it says so: the next entry, a signed checkpoint, the anchor, this client's
memory. So the chain is compared from its end, and what was changed is named itself, not what comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from infra.errors import DistroError
from promotion.chain import Chain, Claim, Problem, connect, load
from promotion.entries import Entry, Objects, Payload, Position, Reference
from promotion.kinds import follow
from promotion.projection import Projection
from promotion.reading import side_by_side
from promotion.schema import digest_of
from promotion.store import Missing

Proof = Callable[[Sequence[tuple[Entry, Payload]], Objects], Iterable[Problem]]
"""What else entries have to prove, as the signatures in the objects that they bind: yields what is wrong."""


@dataclass(frozen=True)
class Verdict:
    """The result: entries read, the newest, and all problems, those of the first bad entry first."""

    entries: int
    head: Position
    problems: tuple[Problem, ...]
    projection: Projection = field(repr=False, compare=False)
    bound: frozenset[str] = field(repr=False, compare=False)


def verify(
    objects: Objects, claims: Sequence[Claim], *, proofs: Sequence[Proof] = (), until: datetime | None = None
) -> Verdict:
    """Check everything below `ledger/`. `until` is the present: no entry may be of after it.

    Linear in the number of entries; objects are read side by side. Entries after the first that is changed or missing
    are not judged by what was recorded before them. Raises StoreFailed.
    """
    chain = load(objects)
    connect(chain, claims)
    projection, problems = Projection(), list(chain.problems)
    sound = min((problem.entry for problem in problems if problem.entry), default=chain.last + 1)
    followed = list(_followed(chain, sound, projection, problems, until))
    problems += _unbound(objects, followed)
    problems += [problem for proof in proofs for problem in proof(followed, objects)]
    bound = frozenset(each.path for _, payload in followed for each in payload.references())
    return Verdict(len(chain.entries), chain.head, tuple(sorted(set(problems))), projection, bound)


def _followed(
    chain: Chain, sound: int, projection: Projection, problems: list[Problem], until: datetime | None
) -> Iterator[tuple[Entry, Payload]]:
    for number in range(1, sound):
        entry = chain.entries[number]
        if until and entry.at > until:
            problems.append(Problem(number, f"It is of {entry.at:%Y-%m-%dT%H:%M:%SZ}, after the present."))
        try:
            yield entry, follow(entry, projection)
        except DistroError as error:
            problems.append(Problem(number, error.message))


def _unbound(objects: Objects, followed: Sequence[tuple[Entry, Payload]]) -> list[Problem]:
    bound = [(entry.number, each) for entry, payload in followed for each in payload.references()]
    found = side_by_side(lambda pair: _differs(objects, pair[1]), bound)
    return [Problem(number, wrong) for (number, _), wrong in zip(bound, found, strict=True) if wrong]


def _differs(objects: Objects, reference: Reference) -> str | None:
    try:
        same = digest_of(objects.read(reference.path)) == reference.content
    except Missing:
        return f"{reference.path} is missing."
    except DistroError as error:
        return f"{reference.path} cannot be read: {error.message}"
    return None if same else f"{reference.path} is not what was recorded: it was changed."
