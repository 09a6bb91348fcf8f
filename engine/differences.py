"""Differences between property values, leaf by leaf, as a person can check them.

Values are JSON, or one of the marks: nothing that a program writes can look like one of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
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
    """What differs in one property, in the order of the paths: those of `before` for what goes, else of `after`.

    Elements of a list that merely moved up or down, since others came or went before them, do not differ. A secret
    differs from every other value, another secret too: neither is known here.
    """
    was_there, is_there = (_opened(side[name]) if name in side else _ALIKE for side in (before, after))
    old, new = (dict(_leaves((name,), side)) for side in _aligned(was_there, is_there))
    for path in sorted({*old, *new}):
        was, becomes = old.get(path, Mark.ABSENT), new.get(path, Mark.ABSENT)
        if Mark.SECRET in (was, becomes) or not _same(was, becomes):
            yield PropertyChange(path, was, becomes)


def unknowns(name: str, value: Any) -> Iterator[str]:
    """The paths in a property that are known only after the deployment."""
    return (path for path, leaf in _leaves((name,), _opened(value)) if leaf is Mark.UNKNOWN)


def _same(was: Leaf, becomes: Leaf) -> bool:
    """1 and true are equal to Python and to nobody else."""
    return was == becomes and isinstance(was, bool) == isinstance(becomes, bool)


@dataclass(frozen=True)
class _Document:
    """The JSON document, a policy for example, that a text is."""

    value: Any


_ALIKE = object()
"""Stands where there is nothing to compare."""


def _leaves(place: Place, value: Any, inside: str = "") -> Iterator[tuple[str, Leaf]]:
    if value is _ALIKE:
        return
    if values.is_secret(value):
        yield inside + shown(place), Mark.SECRET
    elif values.is_content(value):
        yield inside + shown(place), Content(str(value.get("hash", "")))
    elif values.is_unknown(value):
        yield inside + shown(place), Mark.UNKNOWN
    elif isinstance(value, _Document):
        yield from _leaves((), value.value, f"{inside}{shown(place)} » ")
    elif isinstance(value, Mapping | list) and value:
        for key, member in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _leaves((*place, key), member, inside)
    else:
        yield inside + shown(place), value


def _aligned(before: Any, after: Any) -> tuple[Any, Any]:
    """Both, without the elements of lists that are in both in the same order."""
    if isinstance(before, _Document) and isinstance(after, _Document):
        old, new = _aligned(before.value, after.value)
        return _Document(old), _Document(new)
    if isinstance(before, list) and isinstance(after, list):
        return _aligned_lists(before, after)
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)) or _is_mark(before) or _is_mark(after):
        return before, after
    pairs = {key: _aligned(before[key], after[key]) for key in before.keys() & after.keys()}
    old, new = ({key: pairs[key][side] if key in pairs else value for key, value in whole.items()}
                for side, whole in enumerate((before, after)))  # fmt: skip
    return old, new


def _aligned_lists(before: list[Any], after: list[Any]) -> tuple[list[Any], list[Any]]:
    names = [[_name(element, f"{side}{number}") for number, element in enumerate(elements)]
             for side, elements in (("before", before), ("after", after))]  # fmt: skip
    old, new = list(before), list(after)
    for first, second, size in SequenceMatcher(None, names[0], names[1], autojunk=False).get_matching_blocks():
        old[first : first + size] = new[second : second + size] = [_ALIKE] * size
    for number, (one, other) in enumerate(zip(old, new, strict=False)):
        old[number], new[number] = _aligned(one, other)
    return old, new


def _name(element: Any, place: str) -> str:
    """The same for the same; its own for whatever holds a secret or something unknown."""
    hidden = any(leaf in {Mark.SECRET, Mark.UNKNOWN} for _, leaf in _leaves((), element) if isinstance(leaf, Mark))
    return place if hidden else json.dumps(element, sort_keys=True, default=lambda document: [document.value])


def _is_mark(value: Any) -> bool:
    return values.is_secret(value) or values.is_content(value) or values.is_unknown(value)


def _opened(value: Any) -> Any:
    """With a document in place of each text that is one."""
    if _is_mark(value):
        return value
    if isinstance(value, Mapping):
        return {key: _opened(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_opened(member) for member in value]
    document = _document(value)
    return value if document is None else _Document(_opened(document))


def _document(value: Any) -> Any:
    """What the JSON document says that a text is; None for any other text.

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
