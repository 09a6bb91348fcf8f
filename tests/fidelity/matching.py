"""What the document says when it says no single value: a range, a limit, a part."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Holds:
    """A condition in words, and its test."""

    words: str
    test: Callable[[Any], bool]

    def __repr__(self) -> str:
        return self.words


def agrees(found: Any, wanted: Any) -> bool:
    """Whether what was read is what the document says."""
    if isinstance(wanted, Holds):
        return found is not None and wanted.test(found)
    return isinstance(found, bool) == isinstance(wanted, bool) and bool(found == wanted)


def within(least: float, most: float) -> Holds:
    return Holds(f"within {least} to {most}", lambda found: least <= found <= most)


def below(limit: float) -> Holds:
    return Holds(f"below {limit}", lambda found: found < limit)


def at_most(limit: float) -> Holds:
    return Holds(f"at most {limit}", lambda found: found <= limit)


def at_least(limit: float) -> Holds:
    return Holds(f"at least {limit}", lambda found: found >= limit)


def counting_below(limit: float) -> Holds:
    """For texts that begin with a number: `1000 units/day`."""
    return Holds(f"a number below {limit}", lambda found: float(found.split()[0]) < limit)


def containing(*parts: str) -> Holds:
    """All of the parts: of a text or of a list."""
    return Holds(f"with {', '.join(parts)}", lambda found: all(part in found for part in parts))


def without(*parts: str) -> Holds:
    """None of the parts in the text, or in any text of the list; there has to be something."""
    return Holds(
        f"without {', '.join(parts)}", lambda found: bool(found) and not any(part in str(found) for part in parts)
    )


def only(*allowed: str) -> Holds:
    """Nothing but some of these; there has to be something."""
    return Holds(f"only {', '.join(allowed)}", lambda found: bool(found) and set(found) <= set(allowed))


def like(pattern: str) -> Holds:
    """A text, or each text of a list, that has this form as a whole."""

    def test(found: str | Collection[str]) -> bool:
        texts = [found] if isinstance(found, str) else found
        return bool(texts) and all(re.fullmatch(pattern, text) for text in texts)

    return Holds(f"like {pattern}", test)


def some() -> Holds:
    """Anything but nothing."""
    return Holds("not empty", bool)
