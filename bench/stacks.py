"""Stacks to measure on: a workspace of their own in a running sandbox."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine import toolchain
from engine.program import ProgramSource
from engine.stack import Stack
from engine.workspace import Workspace
from infra.paths import project_root
from infra.progress import silent
from local.sandbox import Sandbox


@dataclass(frozen=True)
class Measured:
    """Seconds of one thing done once."""

    name: str
    seconds: float


def measured(name: str, action: Callable[[], object]) -> Measured:
    """Do it and say how long it took."""
    started = time.perf_counter()
    action()
    return Measured(name, time.perf_counter() - started)


def settings(sandbox: Sandbox) -> Mapping[str, str]:
    """What points an engine at the sandbox's provider."""
    port = sandbox.endpoint("provider").rsplit(":", 1)[-1]
    return {"PULUMI_DEBUG_PROVIDERS": f"aws:{port},gcp:{port},distro:{port}"}


@contextmanager
def stack(sandbox: Sandbox, entry: str, name: str, **more: str) -> Iterator[Stack]:
    """A fresh stack of a program; its resources are deleted with it."""
    with tempfile.TemporaryDirectory(prefix="distro-bench-") as folder:
        workspace = Workspace(Path(folder), name, "bench", {**settings(sandbox), **more}, checkpoints=False)
        made = Stack(workspace, ProgramSource(project_root(), entry), toolchain.pulumi_binary(silent))
        made.init()
        yield made
        made.destroy(lambda _: None)
