"""Checking inputs: an unknown type or property is refused by name, defaults and names are filled in."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.provider.naming import Urn, autoname, autonamed
from local.provider.properties import MISSING
from local.provider.registry import Registry
from local.provider.resource import Resource
from local.provider.secrets import reveal, unwrap, wrap
from local.provider.wire import SECRET, marked


@dataclass(frozen=True)
class Checked:
    """Complete inputs, or (property, reason) of everything that is wrong with them."""

    inputs: dict[str, Any]
    failures: list[tuple[str, str]] = field(default_factory=list)


def check(
    registry: Registry, urn: Urn, old: Mapping[str, Any], new: Mapping[str, Any], *, replaced: str = ""
) -> Checked:
    """Complete the inputs of a resource. `replaced`: the id of the one that it will stand in for, if any."""
    resource = registry.resources.get(urn.type)
    if resource is None:
        return Checked(dict(new), [("", _no_type(registry, urn.type))])
    failures = [(name, _no_property(resource, name)) for name in new if not _known(resource, name)]
    inputs = {name: value for name, value in new.items() if value is not None and name != "__defaults"}
    inputs |= {name: rule.default for name, rule in _defaults(resource) if name not in inputs}
    return Checked(_secret(resource, _named(resource, urn, unwrap(dict(old)), inputs, replaced)), failures)


def _defaults(resource: Resource) -> list[tuple[str, Any]]:
    return [
        (name, rule) for name, rule in resource.properties.items() if rule.default is not MISSING and "." not in name
    ]


def _known(resource: Resource, name: str) -> bool:
    regional = name == "region" and resource.type.startswith("aws:")
    return regional or name in resource.properties or name in ("__defaults", "__internal")


def _named(
    resource: Resource, urn: Urn, old: Mapping[str, Any], inputs: dict[str, Any], replaced: str
) -> dict[str, Any]:
    key = resource.name
    if key is None or inputs.get(key):
        return inputs
    prefix = inputs.get(f"{key}Prefix") or f"{resource.prefix}{urn.name}-"
    kept = old.get(key) if autonamed(prefix, old.get(key)) else None
    fifo = any(reveal(inputs.get(name))[0] is True for name in ("fifoQueue", "fifoTopic"))
    return {**inputs, key: kept or autoname(urn, prefix, replaced, fifo=fifo)}


def _secret(resource: Resource, inputs: dict[str, Any]) -> dict[str, Any]:
    """Wrap what the type itself calls a secret."""
    names = {name for name, rule in resource.properties.items() if rule.secret}
    return {
        name: wrap(value) if name in names and value is not None and not marked(value, SECRET) else value
        for name, value in inputs.items()
    }


def _no_type(registry: Registry, token: str) -> str:
    near = difflib.get_close_matches(token, registry.resources, n=1, cutoff=0.8)
    return f"the emulated provider does not know the type {token}{f'; it knows {near[0]}' if near else ''}"


def _no_property(resource: Resource, name: str) -> str:
    near = difflib.get_close_matches(name, resource.properties, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{resource.type} has no emulated property {name}{hint}"
