"""Starting a sandbox: join the supervisor that runs, or make a new generation with a new one.

What only a new generation needs is imported then: joining is what an `up` mostly does, and takes milliseconds.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperationFailed, UsageError
from infra.progress import Report
from local import lock, record, sandbox
from local.naming import ending
from local.profiles import profile
from local.sandbox import Sandbox, SandboxRequest

if TYPE_CHECKING:
    from local.generation import Means

JOIN = 10.0
"""Seconds that a supervisor has for its first record."""
SPACE = 300 * 2**20
"""Bytes that have to be free: a sandbox writes some 100 MB."""


def start(request: SandboxRequest, on_progress: Report) -> None:
    """Have everything of a sandbox running. Safe when several ask at once: one starts it, the others wait for it.

    Raises UsageError for an unknown profile or one that differs from the running sandbox's, OperationFailed with the
    end of a log where an emulator does not come up: then nothing is left but the logs.
    """
    profile(request.profile)
    root = sandbox.home(request.name)
    if _joined(request, root, on_progress):
        return
    from local import generation

    _require_room(root.parent)
    # Before anything is locked: on a fresh machine this takes minutes.
    means = _means(request, on_progress)
    deadline = time.monotonic() + JOIN
    while (held := _claim(request, root)) is None:
        if _joined(request, root, on_progress):
            return
        if time.monotonic() > deadline:
            raise OperationFailed(
                f"The supervisor of the sandbox {request.name!r} does not answer",
                hint=f"Run `{ending(request.name)}`, which ends it, and then the same command again.",
            )
        time.sleep(0.01)
    generation.make(request, root, held, means, on_progress)


def _joined(request: SandboxRequest, root: Path, on_progress: Report) -> bool:
    """Ask the running supervisor for everything that does not run; False where it is not ready to be asked."""
    found, running = record.read(root), sandbox.load(request.name)
    if found is None or running is None:
        return False
    _require_same(request, running)
    if all(component.state == "running" for component in running.components.values()):
        return True
    from local import control
    from local.generation import PATIENCE

    try:
        control.ask(found.control, found.plan.secrets["control"], "start", on_progress, patience=PATIENCE)
    except control.Lost:
        return False
    return True


def _require_same(request: SandboxRequest, running: Sandbox) -> None:
    for what in ("profile", "runtime", "account", "region", "project"):
        wanted, has = getattr(request, what), getattr(running.plan, what)
        if wanted not in (has, "auto"):
            raise UsageError(
                f"The sandbox {request.name!r} runs with {what} {has!r}, not {wanted!r}",
                hint=f"Run `{ending(request.name)}` first, or use another name: --sandbox NAME.",
            )


def _means(request: SandboxRequest, on_progress: Report) -> Means:
    from local import toolchain
    from local.emulators import docker_engine
    from local.generation import Means

    engine = docker_engine.choose(_runtime(request), on_progress)
    programs = toolchain.ensure(request.profile, engine.runtime, on_progress).programs()
    return Means(engine.runtime, {**programs, **engine.tools})


def _runtime(request: SandboxRequest) -> str:
    """The runtime asked for; of a profile that has one alone, that one."""
    known = profile(request.profile).runtimes
    if request.runtime == "auto" and len(known) == 1:
        return known[0]
    if request.runtime == "docker" and "docker" not in known:
        raise UsageError(f"The profile {request.profile} does not run in Docker", hint="Leave --runtime out.")
    return request.runtime


def _claim(request: SandboxRequest, root: Path) -> int | None:
    with _kept(root):
        root.mkdir(mode=0o700, exist_ok=True)
        return lock.acquire(sandbox.lock_file(request.name))


def _require_room(folder: Path) -> None:
    with _kept(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    if free < SPACE:
        raise OperationFailed(
            f"The disk of {folder} is full: {free // 2**20} MB are free, a sandbox needs {SPACE // 2**20} MB",
            hint="Free some space and run the same command again; nothing was changed.",
        )


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"Sandboxes cannot be kept in {folder}: {error.strerror}"
        raise OperationFailed(message, where=error.filename) from error
