"""Environments on genuine clouds: the same program and engine, with the vendors' plugins and state in a bucket."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from engine import state, toolchain
from engine.genuine import GenuineStack, GenuineWorkspace
from engine.operation import operation
from engine.plugins import Plugin
from engine.program import Outputs, ProgramSource
from engine.workspace import PROJECT
from infra.backend import Backend
from infra.environment import Environment
from infra.errors import UsageError
from infra.paths import cache_home, project_root, state_home
from infra.progress import Report
from operations.deployment import Deployment
from operations.genuine.requirements import OAUTH, require, specification
from operations.google_settings.google import Google, default_token
from operations.google_settings.server import serving

DEPLOYED = "dev"
"""The one genuine environment that `up` reaches; the others are reached by promotions."""


@dataclass(frozen=True)
class Deployed:
    """An environment after `up`: what changed and what it offers."""

    environment: str
    changes: Mapping[str, int]
    resources: int
    outputs: Outputs
    seconds: float


def up(environment: str, report: Report, *, wait: float = 0) -> Deployed:
    """Deploy the working tree. Raises UsageError with all that is missing, before anything is touched.

    Raises EnvironmentBusy, OperationFailed and Interrupted as an emulated `up` does.
    """
    started = time.monotonic()
    pulumi, place = prepared(environment, report)
    home = state_home() / "genuine" / environment
    workspace = _workspace(home / "workspace", environment, place)
    running = operation(home, f"up {environment}", workspace.state_file, wait=wait)
    with running, serving(Google(default_token())) as attached:
        workspace = replace(workspace, settings=attached)
        stack = GenuineStack(workspace, ProgramSource(project_root()), pulumi)
        stack.init()
        _give(stack, environment)
        update = stack.up(Deployment(report), refresh=True)
    counts = {kind: update.changes.get(kind, 0) for kind in ("create", "update", "replace", "delete", "same")}
    resources = len(state.resources(workspace.state_file))
    return Deployed(environment, counts, resources, update.outputs, time.monotonic() - started)


@contextmanager
def looking(environment: str, report: Report) -> Iterator[GenuineStack]:
    """The stack for those who change nothing, in a workspace of its own. Raises UsageError where it is not deployed."""
    pulumi, place = prepared(environment, report)
    attaching = serving(Google(default_token()))
    with tempfile.TemporaryDirectory(prefix="distro-look-") as folder, attaching as attached:
        workspace = replace(_workspace(Path(folder), environment, place), settings=attached)
        stack = GenuineStack(workspace, ProgramSource(project_root()), pulumi)
        stack.workspace.create()
        if not stack.pull():
            raise UsageError(f"{environment} is not deployed: {place.bucket} has no state of it.")
        _give(stack, environment)
        yield stack


def home() -> Path:
    """The engine's home for genuine stacks: where the vendors' plugins are."""
    return cache_home() / "genuine"


def prepared(environment: str, report: Report) -> tuple[Path, Backend]:
    """The engine and where the state is. Raises UsageError with all that is missing on this machine."""
    pulumi = toolchain.pulumi_binary(report)
    return pulumi, require(environment, home(), partial(install, pulumi))


def install(pulumi: Path, plugin: Plugin) -> None:
    """Have the engine download a plugin: it needs the network, and none of the caller's credentials."""
    plugin.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    variables = {**os.environ, "PULUMI_HOME": str(plugin.home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    plugin.install(pulumi, {name: value for name, value in variables.items() if not name.startswith("AWS_")})


def _workspace(directory: Path, environment: str, place: Backend) -> GenuineWorkspace:
    return GenuineWorkspace(
        directory, environment, "", url=place.url, secrets_provider=place.secrets(environment), plugins=home()
    )


def _give(stack: GenuineStack, environment: str) -> None:
    """The stack's inputs that stand in no file of the project."""
    found = specification(environment)
    if isinstance(found, Environment) and "google" in found.firebase.authentication.providers:
        for key, variable in OAUTH.items():
            stack.keep(f"{PROJECT}:{key}", os.environ[variable])
