"""What changed between recorded and wanted inputs, property by property, and whether that needs another resource."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from local.provider.naming import Urn, autonamed
from local.provider.properties import empty, equal
from local.provider.resource import Property, Resource
from local.provider.wire import ARCHIVE, ASSET, SIGNATURE, marked, unknown

REGION = Property(replace=True)
"""The argument that every type of pulumi-aws 7 takes: nothing moves from one region to another."""


class Kind(Enum):
    """What happens to a place in the inputs."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Change:
    """One place that differs: `path` as Pulumi writes it (`rules[0].id`, `tags["a.b"]`), and its property."""

    path: str
    property: str
    kind: Kind
    replace: bool


@dataclass(frozen=True)
class Difference:
    """All changes of one resource."""

    changes: tuple[Change, ...]
    delete_first: bool = False
    """The new resource would have the name of the old one: the old one goes first."""

    @property
    def replaces(self) -> tuple[str, ...]:
        """The properties that need another resource."""
        return tuple(dict.fromkeys(change.property for change in self.changes if change.replace))

    @property
    def properties(self) -> tuple[str, ...]:
        """The properties that differ."""
        return tuple(dict.fromkeys(change.property for change in self.changes))


def difference(resource: Resource, urn: Urn, old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """Compare two sets of inputs, secrets unwrapped; values unknown in a preview count as changed."""
    rules = {"region": REGION, **resource.properties}
    changes = tuple(
        change for name, rule in rules.items() for change in _property(name, rule, old.get(name), new.get(name))
    )
    replaced = any(change.replace for change in changes)
    return Difference(changes, replaced and _same_identity(resource, urn, old, new))


def _same_identity(resource: Resource, urn: Urn, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    named = (resource.name,) if resource.name else ()
    identity = (*named, *resource.identity)
    same = bool(identity) and all(equal(old.get(key), new.get(key)) for key in identity)
    prefix = new.get(f"{resource.name}Prefix") or f"{resource.prefix}{urn.name}-"
    return same and not (resource.name and autonamed(prefix, old.get(resource.name)))


def _property(name: str, rule: Property, old: Any, new: Any) -> Iterator[Change]:
    if "." in name or (new is None and rule.computed) or _same(rule, old, new):
        return
    places = list(_places(quoted(name), old, new, rule.same)) or [(quoted(name), Kind.UPDATE)]
    for path, kind in places:
        yield Change(path, name, kind, rule.replace)


def _same(rule: Property, old: Any, new: Any) -> bool:
    if unknown(new):
        return False
    if marked(old, ARCHIVE) or marked(old, ASSET) or marked(new, ARCHIVE) or marked(new, ASSET):
        return bool(content(old) == content(new))
    if old is None or new is None:
        # Where AWS chooses, "not said" may well be another value than "no".
        return old is new or (not rule.computed and empty(old) and empty(new))
    return rule.same(old, new) and rule.same(new, old)


def content(value: Any) -> Any:
    """What an asset or archive holds: its hash, which the engine computes; contents are elided in old values."""
    return value.get("hash", value) if isinstance(value, Mapping) and SIGNATURE in value else value


def _places(path: str, old: Any, new: Any, same: Callable[[Any, Any], bool]) -> Iterator[tuple[str, Kind]]:
    """The innermost places that differ; a block compared in a way of its own (a set, a policy) is one place."""
    if empty(old) or old is None:
        yield path, Kind.ADD
    elif empty(new) or new is None:
        yield path, Kind.DELETE
    elif _block(old) and _block(new):
        for key in sorted(old.keys() | new.keys()):
            if not equal(old.get(key), new.get(key)):
                yield from _places(f"{path}{step(key)}", old.get(key), new.get(key), same)
    elif same is equal and isinstance(old, list) and isinstance(new, list):
        yield from _members(path, old, new, same)
    else:
        yield path, Kind.UPDATE


def _members(path: str, old: list[Any], new: list[Any], same: Callable[[Any, Any], bool]) -> Iterator[tuple[str, Kind]]:
    for index in range(max(len(old), len(new))):
        before, after = (side[index] if index < len(side) else None for side in (old, new))
        if not equal(before, after):
            yield from _places(f"{path}[{index}]", before, after, same)


def _block(value: Any) -> bool:
    return isinstance(value, Mapping) and SIGNATURE not in value


def quoted(name: str) -> str:
    """A property's name at the head of a path."""
    return name if re.fullmatch(r"\w+", name) else f'["{name}"]'


def step(key: str) -> str:
    """A key inside a path."""
    return f".{key}" if re.fullmatch(r"\w+", key) else f'["{key}"]'
