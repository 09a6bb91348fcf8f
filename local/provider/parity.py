"""What of a program the sandbox really emulates: property by property, with the proof read back from the emulators.

`applied`: the emulator holds it and gives it back; `recorded`: kept in the state alone, with the reason;
`unsupported`: refused. A type is `applied` where any of its used properties is, and `unsupported` where one is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

from infra.errors import DistroError
from local.provider.cloud import Cloud
from local.provider.difference import content
from local.provider.lifecycle import Lifecycle
from local.provider.naming import Urn
from local.provider.registry import Registry, registry
from local.provider.resource import Property, Recorded, Resource
from local.provider.secrets import unwrap, wrap
from local.provider.wire import SECRET, marked

Status = Literal["applied", "recorded", "unsupported"]
ORDER: tuple[Status, ...] = ("unsupported", "applied", "recorded")
"""Which one a type is called by, where its properties have several."""
OWN = ("pulumi:", "distronation:")
"""Types of the engine and of the program's components: nothing is emulated for them."""
FIRST = "localstack"
"""The profile of whose main emulator the reasons speak."""
READERS = 16
SEALED = "a secret that was exported without its text"


@dataclass(frozen=True)
class PropertyParity:
    """One property."""

    status: Status
    reason: str = ""


@dataclass(frozen=True)
class TypeParity:
    """One type with its properties, places inside blocks included."""

    type: str
    status: Status
    reason: str = ""
    properties: Mapping[str, PropertyParity] = field(default_factory=dict)


@dataclass(frozen=True)
class Mismatch:
    """An applied property that the emulator gives back differently, or a resource that it no longer has."""

    urn: str
    type: str
    property: str
    expected: str
    actual: str


def table(resources: Iterable[Mapping[str, Any]], profile: str = FIRST) -> list[TypeParity]:
    """The types and properties that a deployment uses on an AWS profile. `resources`: those of an exported state."""
    used: defaultdict[str, set[str]] = defaultdict(set)
    for each in _emulated(resources):
        used[each["type"]] |= {name for name in each.get("inputs", {}) if not name.startswith("__")}
    types = registry().resources
    return [_type(token, types.get(token), used[token], profile) for token in sorted(used)]


def catalogue(known: Registry | None = None) -> list[TypeParity]:
    """Every type and property that the provider knows."""
    types = (known or registry()).resources
    return [_type(token, kind, set(kind.properties)) for token, kind in sorted(types.items())]


def proof(cloud: Cloud, resources: Iterable[Mapping[str, Any]]) -> list[Mismatch]:
    """Read every resource back; what differs from its recorded inputs. Nothing is changed, nor kept in a journal."""
    lifecycle = Lifecycle(cloud, registry())
    with ThreadPoolExecutor(READERS) as readers:
        found = readers.map(lambda each: list(_differences(lifecycle, each)), list(_emulated(resources)))
        return [mismatch for mismatches in found for mismatch in mismatches]


def _emulated(resources: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (each for each in resources if each.get("custom", True) and not each["type"].startswith(OWN))


def _type(token: str, kind: Resource | None, used: set[str], profile: str = FIRST) -> TypeParity:
    if kind is None:
        return TypeParity(token, "unsupported", "the emulated provider does not know this type")
    if isinstance(kind, Recorded):
        properties = {name: PropertyParity("recorded", kind.reason) for name in sorted(used)}
        return TypeParity(token, "recorded", kind.reason, properties)
    inside = {name for name in kind.properties if name.split(".")[0] in used}
    properties = {name: _property(kind.properties.get(name), profile) for name in sorted((used | inside) - {"region"})}
    found = {each.status for each in properties.values()}
    status: Status = next((status for status in ORDER if status in found), "applied")
    return TypeParity(token, status, "", properties)


def _property(rule: Property | None, profile: str) -> PropertyParity:
    if rule is None:
        return PropertyParity("unsupported", "the emulated provider does not know this property")
    # The provider asks for the same on every profile: what the first one lacks is asked of none.
    elsewhere = profile != FIRST and "LocalStack" in rule.reason
    return PropertyParity(rule.status, f"asked for on no profile: {rule.reason}" if elsewhere else rule.reason)


def _differences(lifecycle: Lifecycle, each: Mapping[str, Any]) -> Iterator[Mismatch]:
    urn, recorded = Urn(each["urn"]), plain(each.get("inputs", {}))
    try:
        found = lifecycle.read(urn, each["id"], plain(each.get("outputs", {})), recorded)
    except DistroError as error:
        yield Mismatch(urn.text, urn.type, "", "readable", error.message)
        return
    if not found.id:
        yield Mismatch(urn.text, urn.type, "", each["id"], "gone")
    for name in sorted(recorded.keys() | found.inputs.keys() if found.id else ()):
        before, after = unwrap(recorded.get(name)), unwrap(found.inputs.get(name))
        if content(before) != content(after) and not _sealed(before):
            hidden = marked(recorded.get(name), SECRET) or marked(found.inputs.get(name), SECRET)
            shown = ("[secret]", "[another secret]") if hidden else (_shown(before), _shown(after))
            yield Mismatch(urn.text, urn.type, name, *shown)


def plain(values: Any) -> Any:
    """An exported state's values as the engine sends them; secrets that the export left encrypted stay `SEALED`."""
    if marked(values, SECRET):
        return wrap(json.loads(values["plaintext"]) if "plaintext" in values else SEALED)
    if isinstance(values, Mapping):
        return {key: plain(member) for key, member in values.items()}
    return [plain(member) for member in values] if isinstance(values, list) else values


def _sealed(value: Any) -> bool:
    """Whether anything in a value is still encrypted, so that it cannot be compared."""
    if isinstance(value, Mapping):
        return any(_sealed(member) for member in value.values())
    return value == SEALED or (isinstance(value, list) and any(_sealed(member) for member in value))


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, sort_keys=True)
