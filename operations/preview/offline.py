"""Previews of stacks that nothing holds: against an empty state, without network, credentials or a sandbox."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine import events
from engine.planned import Planned, Plans
from engine.program import ProgramSource
from engine.stack import Stack
from engine.workspace import Workspace
from infra.aws.shared import OUTPUTS
from local.planner import planning

_LISTS = ("public_subnet_ids", "private_subnet_ids")
_ZONES = 2


@dataclass(frozen=True)
class Plan:
    """Everything that a stack would consist of."""

    stack: str
    resources: tuple[Planned, ...]


def plan(stack: str, source: ProgramSource, pulumi: Path, listener: events.Listener) -> Plan:
    """Preview a stack that does not exist yet. Raises OperationFailed with what is wrong in the program."""
    with tempfile.TemporaryDirectory(prefix="distro-preview-") as folder:
        return plan_in(Path(folder), stack, source, pulumi, listener, stand_ins())


def plan_in(
    folder: Path,
    stack: str,
    source: ProgramSource,
    pulumi: Path,
    listener: events.Listener,
    config: Mapping[str, str],
) -> Plan:
    """The same in a folder of the caller's, with stack configuration of the caller's."""
    plans = Plans()
    with planning() as provider:
        workspace = Workspace(folder, stack, "preview", settings=provider, config=config)
        made = Stack(workspace, source, pulumi)
        made.init()
        made.preview(listener, witness=plans)
    return Plan(stack, tuple(plans))


def stand_ins() -> dict[str, str]:
    """Configuration in place of what only a deployment has: outputs of `shared`, and the OAuth client (C-48)."""
    outputs = {name: f"shared:{name}" for name in OUTPUTS}
    lists = {name: [f"shared:{name}:{zone}" for zone in range(_ZONES)] for name in _LISTS}
    return {
        "distro:shared": json.dumps({**outputs, **lists}),
        "distro:google-client-id": "preview:google-client-id",
        "distro:google-client-secret": "preview:google-client-secret",
    }
