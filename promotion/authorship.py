"""Who made the changes that a release brings: from git's authors, committers and co-authors to people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from promotion.people import People, identity

Part = Literal["author", "committer", "co-author"]
_PARTS: tuple[Part, ...] = ("author", "committer", "co-author")


@dataclass(frozen=True)
class Change:
    """A commit between the target's release and this one; mail addresses as git has them."""

    commit: str
    author: str
    committer: str
    co_authors: tuple[str, ...] = ()

    def made_by(self, part: Part) -> tuple[str, ...]:
        """The addresses of those who had this part in it."""
        return {"author": (self.author,), "committer": (self.committer,), "co-author": self.co_authors}[part]


def authors(changes: Sequence[Change], people: People) -> Mapping[str, str]:
    """Names of all who had a part in it, with the heaviest: `author of 2 commits`. Linear in the changes."""
    known = people.identities()
    counts: dict[str, Counter[Part]] = defaultdict(Counter)
    for change in changes:
        for part in _PARTS:
            names = {known.get(identity(mail)) for mail in change.made_by(part)}
            for name in filter(None, names):
                counts[name][part] += 1
    return {name: _shown(parts) for name, parts in counts.items()}


def strangers(changes: Sequence[Change], people: People) -> frozenset[str]:
    """Addresses that belong to nobody, as git has them."""
    known = people.identities()
    mails = (mail for change in changes for part in _PARTS for mail in change.made_by(part))
    return frozenset(mail for mail in mails if identity(mail) not in known)


def _shown(parts: Counter[Part]) -> str:
    part = next(part for part in _PARTS if parts[part])
    return f"{part} of {parts[part]} commit{'s' * (parts[part] > 1)}"
