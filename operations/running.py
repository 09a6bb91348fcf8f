"""The stack of a running emulated target, for those who look and change nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from engine.stack import Stack
from infra.errors import EnvironmentBusy
from operations import sandbox as sandboxes
from operations.target import Target


@contextmanager
def looking(target: Target, pulumi: Path) -> Iterator[Stack]:
    """Its stack in a workspace of its own, so that an `up` that begins meanwhile has its event stream to itself.

    Raises UsageError where it is not up, EnvironmentBusy where somebody is changing it.
    """
    found = sandboxes.running(target)
    if busy := sandboxes.held_by(target):
        raise EnvironmentBusy(f"{target} is held by {busy}.", hint="Run it again afterwards.")
    with tempfile.TemporaryDirectory(prefix="distro-look-") as folder:
        own = sandboxes.workspace(target)
        workspace = replace(sandboxes.attached(own, found), directory=Path(folder))
        workspace.create()
        configuration = own.directory / f"Pulumi.{own.stack}.yaml"
        if configuration.exists():  # what the stack is given, secrets encrypted
            shutil.copy2(configuration, folder)
        yield Stack(workspace, sandboxes.program(found), pulumi)
