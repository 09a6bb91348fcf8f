"""Text and values of others, shown so that they hide nothing: what a person signs is what stands there."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator

from engine.differences import Content, Leaf, Mark, PropertyChange
from promotion.schema import visible

MARKS = {Mark.SECRET: "[secret]", Mark.UNKNOWN: "[known after the deployment]", Mark.ABSENT: "[none]"}
"""Texts are quoted, so none of them can look like one of these."""
_CHANGED = {'-"', '+"', "-[", "+["}


def escaped(text: str) -> str:
    r"""The text with every control, formatting and bidirectional character as `\u{…}`, and `\` doubled.

    Doubling keeps two different texts different. Spaces that are no U+0020 are escaped too, since they look like one.
    """
    return "".join(map(_shown, text))


def value(leaf: Leaf) -> str:
    """A property's value on one line."""
    if isinstance(leaf, Mark):
        return MARKS[leaf]
    if isinstance(leaf, Content):
        return f"[content {leaf.hash}]"
    if isinstance(leaf, str):
        return '"' + escaped(leaf).replace('"', '\\"') + '"'
    return json.dumps(leaf)


def change(of: PropertyChange) -> Iterator[str]:
    """A difference: on one line, or line by line where a side is a text of several lines."""
    path, before, after = escaped(of.path), of.before, of.after
    if not (_long(before) or _long(after)):
        yield f"{path}: {value(after)}" if before is Mark.ABSENT else f"{path}: {value(before)} → {value(after)}"
        return
    yield f"{path}:"
    if isinstance(before, Mark | str) and isinstance(after, Mark | str):
        # Every line that one side lacks. Lines are quoted, so no header of the difference looks like one.
        lines = difflib.unified_diff(_lines(before), _lines(after), n=0, lineterm="")
        yield from (f"{line[0]} {line[1:]}" for line in lines if line[:2] in _CHANGED)
    else:
        yield from (f"- {value(before)}", f"+ {value(after)}")


def _long(leaf: Leaf) -> bool:
    return isinstance(leaf, str) and "\n" in leaf


def _lines(side: Mark | str) -> list[str]:
    if isinstance(side, Mark):
        return [] if side is Mark.ABSENT else [MARKS[side]]
    return [value(line) for line in side.split("\n")]


def _shown(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if visible(character) and (character == " " or not character.isspace()):
        return character
    return f"\\u{{{ord(character):x}}}"
