"""What a preview would change: each resource with its properties, for people and machines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.planned import Op, Planned
from infra.stateful import STATEFUL
from local.provider.difference import content, difference, quoted
from local.provider.naming import Urn
from local.provider.registry import registry
from local.provider.wire import ARCHIVE, ASSET, UNKNOWNS, marked

LATER = "(known after the deployment)"
_STEPS = re.compile(r'\.?([\w-]+)|\["([^"]*)"\]|\[(\d+)\]')


@dataclass(frozen=True)
class PropertyChange:
    """One place in a resource's inputs: None is "not there". Files and archives are named by their digests."""

    old: Any
    new: Any
    replaces: bool = False


@dataclass(frozen=True)
class Change:
    """One resource that changes; `properties` by path (`rules[0].id`)."""

    urn: str
    type: str
    name: str
    op: Op
    stateful: bool
    properties: Mapping[str, PropertyChange] = field(default_factory=dict)


def counts(resources: Iterable[Planned]) -> dict[str, int]:
    """How many resources each operation touches."""
    found = Counter(each.op for each in resources)
    return {op: found[op] for op in ("create", "update", "replace", "delete", "same")}


def changes(resources: Iterable[Planned]) -> tuple[Change, ...]:
    """What is not left as it is."""
    return tuple(
        Change(each.urn, each.type, each.name, each.op, each.type in STATEFUL, _properties(each))
        for each in resources
        if each.op != "same"
    )


def between(before: Iterable[Planned], after: Iterable[Planned]) -> tuple[Planned, ...]:
    """What leads from one plan of a stack to another, resource by resource; deletions come last."""
    old, new = ({each.urn: each for each in side} for side in (before, after))
    kept = [_compared(old[urn], each) if urn in old else each for urn, each in new.items()]
    gone = [
        Planned(urn, each.type, "delete", each.parent, each.custom, each.protect, {}, each.inputs)
        for urn, each in old.items()
        if urn not in new
    ]
    return (*kept, *gone)


def _compared(old: Planned, new: Planned) -> Planned:
    differences = dict(_differences(new, old.inputs))
    before, inputs = old.inputs, new.inputs
    if old.protect != new.protect:  # no input, and yet what a reviewer has to see
        differences["protect"] = "update"
        before, inputs = {**before, "protect": old.protect}, {**inputs, "protect": new.protect}
    replaced = any(kind.endswith("-replace") for kind in differences.values())
    op: Op = "replace" if replaced else "update" if differences else "same"
    return replace(new, op=op, before=before, inputs=inputs, differences=differences)


def _differences(new: Planned, before: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """As the provider says it, for types that it knows: which change needs another resource is its knowledge.

    Values that neither side knows are the same here.
    """
    changed = [name for name in {**before, **new.inputs} if content(before.get(name)) != content(new.inputs.get(name))]
    kind = registry().resources.get(new.type)
    if kind is None:
        yield from ((quoted(name), "update") for name in changed)
        return
    old, wanted = ({name: side[name] for name in changed if name in side} for side in (before, new.inputs))
    found = difference(kind, Urn(new.urn), old, wanted)
    for change in found.changes:
        yield change.path, f"{change.kind.value}-replace" if change.replace else change.kind.value
    unknown = set(changed) - {change.property for change in found.changes} - set(kind.properties)
    yield from ((quoted(name), "update") for name in sorted(unknown))


def _properties(each: Planned) -> dict[str, PropertyChange]:
    if each.op == "create":
        return {quoted(name): PropertyChange(None, shown(value)) for name, value in each.inputs.items()}
    return {
        path: PropertyChange(shown(_at(each.before, path)), shown(_at(each.inputs, path)), kind.endswith("-replace"))
        for path, kind in each.differences.items()
    }


def shown(value: Any) -> Any:
    """A value for people: files by their digests, unknown ones in words."""
    if isinstance(value, str) and value in UNKNOWNS:
        return LATER
    if marked(value, ASSET) or marked(value, ARCHIVE):
        return f"sha256:{value.get('hash', '')}"
    if isinstance(value, Mapping):
        return {key: shown(member) for key, member in value.items()}
    return [shown(member) for member in value] if isinstance(value, list) else value


def _at(value: Any, path: str) -> Any:
    for word, quoted_key, index in _STEPS.findall(path):
        if isinstance(value, list):
            value = value[int(index)] if index and int(index) < len(value) else None
        elif isinstance(value, Mapping):
            value = value.get(word or quoted_key or index)
        else:
            return None
    return value
