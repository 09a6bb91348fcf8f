"""Environments on genuine clouds: the same program and engine, with the vendors' plugins and state in a bucket."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine import state, toolchain
from engine.genuine import GenuineStack
from engine.plugins import Plugin
from engine.program import Outputs
from infra.backend import backend
from infra.progress import Report, silent
from operations.backend.caller import caller
from operations.deployment import Deployment
from operations.genuine.engine_lock import EngineLock
from operations.genuine.requirements import require, specification
from operations.genuine.site import Site, home

if TYPE_CHECKING:
    from operations.smoke import Outcome


@dataclass(frozen=True)
class Deployed:
    """An environment after `up`: what changed and what it offers."""

    environment: str
    changes: Mapping[str, int]
    resources: int
    outputs: Outputs
    seconds: float


def up(found: Site, report: Report, recording: AbstractContextManager[None], *, wait: float = 0) -> Deployed:
    """Deploy the working tree, within `recording`.

    Raises EnvironmentBusy, OperationFailed and Interrupted as an emulated `up` does.
    """
    started = time.monotonic()
    with recording, found.operation(f"up {found.stack}", wait=wait) as stack:
        update = stack.up(Deployment(report), refresh=True)
        resources = len(state.resources(stack.workspace.state_file))
    counts = {kind: update.changes.get(kind, 0) for kind in ("create", "update", "replace", "delete", "same")}
    return Deployed(found.stack, counts, resources, update.outputs, time.monotonic() - started)


@contextmanager
def looking(environment: str, report: Report) -> Iterator[GenuineStack]:
    """The stack for those who change nothing. Raises UsageError where it is not deployed, or cannot be reached."""
    with locate(environment, report).looking() as stack:
        yield stack


def smoke(environment: str, report: Report, only: Sequence[str] = ()) -> list[Outcome]:
    """Check it through its real interfaces. Raises UsageError where it is not deployed, or cannot be reached."""
    from operations.genuine import reaching

    with looking(environment, report) as stack:
        outputs = stack.outputs().clear
    return reaching.smoke(reaching.specified(environment), outputs, report, only)


def client_environment(environment: str, caller: Mapping[str, str]) -> tuple[dict[str, str], Outputs]:
    """The caller's variables with those that lead to it, and its outputs. Raises UsageError as `looking`."""
    from operations.genuine import reaching

    with looking(environment, silent) as stack:
        outputs = stack.outputs()
    return {**caller, **reaching.variables(reaching.specified(environment), outputs.clear)}, outputs


def engine_lock(environment: str) -> EngineLock:
    """The engine's lock on its state. Raises UsageError without credentials of its account."""
    place = backend()
    who = caller(place.region, specification(environment).account)
    return EngineLock(place, environment, who.client("s3"))


def locate(environment: str, report: Report) -> Site:
    """Where it is deployed from here. Raises UsageError with all that is missing on this machine."""
    pulumi = toolchain.pulumi_binary(report)
    return Site(environment, pulumi, require(environment, home(), partial(install, pulumi)))


def install(pulumi: Path, plugin: Plugin) -> None:
    """Have the engine download a plugin: it needs the network, and none of the caller's credentials."""
    plugin.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    variables = {**os.environ, "PULUMI_HOME": str(plugin.home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    plugin.install(pulumi, {name: value for name, value in variables.items() if not name.startswith("AWS_")})
