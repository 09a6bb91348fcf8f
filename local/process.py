"""The one place that starts, watches and stops a child process.

A child leads a session and process group of its own, dies with its supervisor (Linux: PR_SET_PDEATHSIG; elsewhere the
supervisor's guardian sees to it), writes to a log file, and is stopped with its whole group: the orderly signal first,
SIGKILL after its grace.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.errors import OperationFailed
from local import confinement, readiness
from local.confinement import View
from local.identity import before_exec
from local.readiness import Ready
from local.vitals import describe, tail


@dataclass(frozen=True)
class Stop:
    """How a child is asked to end: the signal, and the seconds it has before SIGKILL (0: SIGKILL at once)."""

    signal: int = signal.SIGTERM
    grace: float = 2.0


@dataclass(frozen=True)
class Launch:
    """Everything that starting a child takes; built by the pure functions of `local.emulators`."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    """The child's whole environment; nothing is inherited."""
    cwd: Path
    log: Path
    ready: Ready
    patience: float = 90.0
    """Seconds until it has to be ready."""
    stop: Stop = field(default_factory=Stop)
    never_root: bool = False
    """The program refuses to run as root; see `local.identity`."""
    death_signal: int = signal.SIGKILL
    """What it gets when its supervisor is killed."""
    view: View | None = None
    """What it sees of the machine's files, where the kernel can confine it; None: everything."""


class ChildFailed(OperationFailed):
    """A child could not be started, ended early, or was not ready in time; quotes the end of its log."""


class Child:
    """A running child. Make one with `spawn`, in an event loop's thread that lives as long as the child shall."""

    def __init__(self, launch: Launch, process: subprocess.Popen[bytes]) -> None:
        self.launch = launch
        self.pid = process.pid
        self.started = time.time()
        self._process = process
        self._exited: asyncio.Task[int] = asyncio.create_task(_exit_of(process), name=f"exit of {launch.name}")

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    async def until_ready(self) -> None:
        """Wait for the launch's strategy; raises ChildFailed when the child ends first or takes too long."""
        deadline = time.monotonic() + self.launch.patience
        delay = readiness.FIRST_DELAY
        while not await self.launch.ready.reached():
            await asyncio.wait((self._exited,), timeout=delay)
            if self._exited.done():
                raise _failed(self.launch, f"ended with {describe(self._exited.result())} before it was ready")
            if time.monotonic() > deadline:
                raise _failed(self.launch, f"was not ready after {self.launch.patience:.0f} s")
            delay = min(delay * 1.5, readiness.LONGEST_DELAY)

    async def end(self) -> int:
        """Wait until it ends; its status as `subprocess` gives it."""
        # A waiter that is cancelled must not take the others along.
        return await asyncio.shield(self._exited)

    async def stop(self) -> None:
        """End the child and whatever is left of its group; returns when it is gone."""
        stop = self.launch.stop
        if self.running and stop.grace > 0:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, stop.signal)
            await asyncio.wait((self._exited,), timeout=stop.grace)
        kill_group(self.pid)
        await self.end()


def spawn(launch: Launch) -> Child:
    """Start a child; raises ChildFailed when the program cannot be run at all."""
    launch.log.parent.mkdir(parents=True, exist_ok=True)
    with launch.log.open("ab") as log, confinement.ruleset(launch.view) as ruleset:
        try:
            process = subprocess.Popen(
                launch.argv,
                env=dict(launch.env),
                cwd=launch.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Safe: whoever supervises children has one thread.
                preexec_fn=before_exec(launch.death_signal, never_root=launch.never_root, ruleset=ruleset),  # noqa: PLW1509
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ChildFailed(f"{launch.name} could not be started: {error}", where=launch.argv[0]) from error
    return Child(launch, process)


async def start(launch: Launch) -> Child:
    """Start a child and wait until it is ready; on any failure or cancellation nothing of it is left."""
    child = spawn(launch)
    try:
        await child.until_ready()
    except BaseException:
        await child.stop()
        raise
    return child


def kill_group(leader: int) -> None:
    """SIGKILL whatever is left of a process group; one that is gone is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


async def _exit_of(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end without polling where the kernel can tell (pidfd_open(2)), else with short polls."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except (AttributeError, OSError):
        return await _polled_exit_of(process)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    return process.wait()


async def _polled_exit_of(process: subprocess.Popen[bytes]) -> int:
    while (status := process.poll()) is None:  # noqa: ASYNC110 - nothing tells us here
        await asyncio.sleep(readiness.LONGEST_DELAY)
    return status


def _failed(launch: Launch, what: str) -> ChildFailed:
    lines = tail(launch.log)
    quoted = f"; the end of its log:\n{lines}" if lines else "; its log is empty"
    return ChildFailed(f"{launch.name} {what}{quoted}", where=str(launch.log))
