"""Reading a stack's state file, the engine's checkpoint (schema: sdk/go/common/apitype, CheckpointV3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.values import SECRET
from infra.files import replace

STACK_TYPE = "pulumi:pulumi:Stack"


def resources(file: Path) -> list[dict[str, Any]]:
    """Every resource of the state (ResourceV3), the stack itself left out; none where there is no state yet."""
    return [resource for resource in _all(file) if resource["type"] != STACK_TYPE]


def outputs(file: Path) -> tuple[dict[str, Any], frozenset[str]]:
    """The stack's outputs, and the names of those that are encrypted."""
    values: dict[str, Any] = next((entry.get("outputs", {}) for entry in _all(file) if entry["type"] == STACK_TYPE), {})
    return values, frozenset(name for name, value in values.items() if SECRET in json.dumps(value))


def release(file: Path, properties: Mapping[str, Any]) -> None:
    """Take off what keeps resources from being deleted: the engine's protection and retention, and theirs.

    `properties` are given to each resource that has an input of that name: `{"forceDestroy": True}`.
    """
    document = json.loads(file.read_text())
    for resource in document["checkpoint"]["latest"]["resources"]:
        resource.pop("protect", None)
        resource.pop("retainOnDelete", None)
        inputs, outputs = resource.get("inputs", {}), resource.get("outputs", {})
        lifted = {name: value for name, value in properties.items() if name in inputs}
        inputs.update(lifted)
        outputs.update(lifted)
    replace(file, json.dumps(document).encode())


def digest(file: Path) -> str | None:
    """`sha256:…` of the file's bytes; None where there is no state yet."""
    try:
        return "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def _all(file: Path) -> list[dict[str, Any]]:
    try:
        checkpoint = json.loads(file.read_text())["checkpoint"]
    except FileNotFoundError:
        return []
    return (checkpoint.get("latest") or {}).get("resources") or []
