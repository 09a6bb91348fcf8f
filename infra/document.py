"""Values of a file, each with its place, so that a problem can be shown where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Scalar = str | int | float | bool | None
Plain = Scalar | Mapping[str, "Plain"] | tuple["Plain", ...]
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Node:
    """A value and where it stands; `line` counts from 1 and is that of the key for a mapping or list."""

    value: Scalar | dict[str, Node] | list[Node]
    file: str
    line: int

    def plain(self) -> Plain:
        """The value alone: mappings as dictionaries, lists as tuples."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return tuple(child.plain() for child in self.value)
        return self.value

    def at(self, place: Place) -> Node:
        """The node at a place, or the innermost one on the way to it that exists."""
        for key in place:
            child = self._child(key)
            if child is None:
                break
            self = child  # noqa: PLW0642  (a loop down the tree)
        return self

    def find(self, place: Place) -> Node | None:
        """The node at a place; None where nothing is stated there."""
        found: Node | None = self
        for key in place:
            found = found._child(key) if found else None  # noqa: SLF001  (same class)
        return found

    def _child(self, key: str | int) -> Node | None:
        if isinstance(self.value, dict):
            return self.value.get(str(key))
        if isinstance(self.value, list) and isinstance(key, int) and key < len(self.value):
            return self.value[key]
        return None


def merged(base: Node, over: Node) -> Node:
    """`over` laid on `base`: mappings key by key, anything else as a whole; each value keeps its place."""
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    value = dict(base.value)
    for key, child in over.value.items():
        value[key] = merged(value[key], child) if key in value else child
    return Node(value, over.file, over.line)


def shown(place: Place) -> str:
    """A place as people write it: `environment.buckets.content`, `users[0]`, `ttl["Query.track"]`."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        elif re.fullmatch(r"[\w/:-]+", part):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text
