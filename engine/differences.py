"""Differences between property values, leaf by leaf, as a person can check them.

Values are JSON, or one of the marks: nothing that a program writes can look like one of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from engine import values
from infra.document import Place, shown


class Mark(Enum):
    """What stands in place of a value."""

    ABSENT = "absent"
    SECRET = "secret"  # noqa: S105 -- a word
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Content:
    """A file or an archive, by its hash."""

    hash: str


Leaf = str | int | float | bool | None | Mark | Content | list[Any] | Mapping[str, Any]
"""Lists and mappings only where they are empty."""


@dataclass(frozen=True)
class PropertyChange:
    """One place that differs: `path` as people write it (`rules[0].id`), inside of JSON documents after `»`."""

    path: str
    before: Leaf
    after: Leaf


def compare(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[PropertyChange]:
    """What differs in one property, in the order of the paths.

    A secret differs from every other value, another secret too: neither is known here.
    """
    old, new = (dict(_leaves((name,), side[name])) if name in side else {} for side in (before, after))
    for path in sorted({*old, *new}):
        was, becomes = old.get(path, Mark.ABSENT), new.get(path, Mark.ABSENT)
        if Mark.SECRET in (was, becomes) or not _same(was, becomes):
            yield PropertyChange(path, was, becomes)


def unknowns(name: str, value: Any) -> Iterator[str]:
    """The paths in a property that are known only after the deployment."""
    return (path for path, leaf in _leaves((name,), value) if leaf is Mark.UNKNOWN)


def _same(was: Leaf, becomes: Leaf) -> bool:
    """1 and true are equal to Python and to nobody else."""
    return was == becomes and isinstance(was, bool) == isinstance(becomes, bool)


def _leaves(place: Place, value: Any, inside: str = "") -> Iterator[tuple[str, Leaf]]:
    if values.is_secret(value):
        yield inside + shown(place), Mark.SECRET
    elif values.is_content(value):
        yield inside + shown(place), Content(str(value.get("hash", "")))
    elif values.is_unknown(value):
        yield inside + shown(place), Mark.UNKNOWN
    elif isinstance(value, Mapping | list) and value:
        for key, member in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _leaves((*place, key), member, inside)
    elif (document := _document(value)) is not None:
        yield from _leaves((), document, f"{inside}{shown(place)} » ")
    else:
        yield inside + shown(place), value


def _document(value: Any) -> Any:
    """The JSON document, a policy for example, that a text is; None for any other text.

    One that states a key twice stays text: who reads it decides which of the two counts.
    """
    if not (isinstance(value, str) and value.startswith(("{", "["))):
        return None
    try:
        return json.loads(value, object_pairs_hook=_distinct) or None
    except (ValueError, RecursionError):
        return None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
