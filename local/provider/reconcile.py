"""From what was recorded and what the emulator holds to what the engine is told: drift shows, formatting does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.provider.assets import changed
from local.provider.properties import MISSING, hollow
from local.provider.resource import Inputs, Outputs, Property, Resource

GLOBAL = frozenset({"iam", "route53", "cloudfront", "budgets", ""})
"""Services whose resources belong to no region."""


def reconcile(
    resource: Resource, recorded: Inputs, actual: Outputs, state: Outputs | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs and outputs after a read. `recorded` is empty on import: everything found is then an input.

    `state`: the recorded outputs, which tell whether what cannot be read itself has changed (`Property.proof`).
    """
    inputs: dict[str, Any] = {}
    outputs = {name: value for name, value in actual.items() if value is not None}
    for name, rule in resource.properties.items():
        if "." in name:
            continue
        value = _value(resource, name, rule, recorded.get(name), actual.get(name))
        if rule.proof and recorded.get(name) is not None and (state or {}).get(rule.proof) != actual.get(rule.proof):
            value = changed(recorded[name], str(actual.get(rule.proof)))
        if value is not None and name not in resource.served:
            outputs[name] = value
        if _is_input(resource, name, rule, recorded, value):
            inputs[name] = value
    return inputs, outputs


def _value(resource: Resource, name: str, rule: Property, recorded: Any, actual: Any) -> Any:
    """The recorded value where the emulator means the same, what it holds otherwise."""
    if rule.status == "recorded" or rule.proof:
        return recorded
    actual = keep_recorded_places(resource, name, recorded, actual)
    return recorded if recorded is not None and rule.same(actual, recorded) else actual


def _is_input(resource: Resource, name: str, rule: Property, recorded: Inputs, value: Any) -> bool:
    if name in recorded:
        return value is not None
    if hollow(value) or rule.status == "recorded":
        return False
    if not recorded:
        return True
    return resource.exact and not rule.computed and (rule.default is MISSING or not rule.same(value, rule.default))


def keep_recorded_places(resource: Resource, name: str, recorded: Any, actual: Any) -> Any:
    """`actual` with the places that the table marks as recorded (`block.place`) taken from the recorded value."""
    for place, rule in resource.properties.items():
        if rule.status == "recorded" and place.startswith(f"{name}."):
            actual = graft(recorded, actual, place.split(".")[1:])
    return actual


def graft(recorded: Any, actual: Any, path: list[str]) -> Any:
    """Put the recorded value at `path` into a copy of `actual`; lists are walked side by side."""
    if isinstance(recorded, list) and isinstance(actual, list) and len(recorded) == len(actual):
        return [graft(before, after, path) for before, after in zip(recorded, actual, strict=True)]
    if not isinstance(recorded, Mapping) or not isinstance(actual, Mapping) or path[0] not in recorded:
        return actual
    if len(path) == 1:
        return {**actual, path[0]: recorded[path[0]]}
    return {**actual, path[0]: graft(recorded[path[0]], actual.get(path[0], {}), path[1:])}


def with_common(resource: Resource, outputs: Mapping[str, Any], region: str) -> dict[str, Any]:
    """Outputs that pulumi-aws adds to every type: `region`, and `tagsAll` (no provider-wide tags: equal to `tags`)."""
    if not resource.type.startswith("aws:"):
        return dict(outputs)
    tags = {"tagsAll": outputs.get("tags") or {}} if "tags" in resource.properties else {}
    place = {} if resource.service in GLOBAL else {"region": outputs.get("region") or region}
    return {**outputs, **tags, **place}
