"""`drift`: what the cloud holds otherwise than the state says. Nothing is changed, the state included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine import toolchain
from engine.planned import Planned, Readings
from engine.stack import Stack
from infra.errors import UsageError
from infra.progress import Report
from operations.deployment import Looking
from operations.preview.change import changes
from operations.running import looking
from operations.sandbox import is_up
from operations.target import Target


@dataclass(frozen=True)
class Drifted:
    """One property that is not as recorded; `property` is empty where the whole resource is gone."""

    urn: str
    type: str
    property: str
    expected: Any
    actual: Any


def drift(target: Target, report: Report) -> list[Drifted]:
    """Read every resource back. Raises UsageError where nothing is deployed, EnvironmentBusy, OperationFailed."""
    if not is_up(target):
        raise UsageError(f"Nothing is deployed in {target}.", hint=f"Run: {target.command('up')}")
    with looking(target, toolchain.pulumi_binary(report)) as stack:
        return drifted(stack, report)


def genuine_drift(environment: str, report: Report) -> list[Drifted]:
    """The same for an environment on genuine clouds, with the caller's credentials."""
    from operations import genuine

    with genuine.looking(environment, report) as stack:
        return drifted(stack, report)


def drifted(stack: Stack, report: Report) -> list[Drifted]:
    """The same of a stack at hand."""
    readings = Readings()
    stack.refresh(Looking(report), preview_only=True, witness=readings)
    return list(differences(tuple(readings)))


def differences(readings: Sequence[Planned]) -> Iterator[Drifted]:
    """What a preview of a refresh says, property by property."""
    for change in changes(readings):
        if change.op == "delete":
            yield Drifted(change.urn, change.type, "", "there", "gone")
        for path, place in change.properties.items():
            yield Drifted(change.urn, change.type, path, place.old, place.new)
