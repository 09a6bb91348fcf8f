"""Runs the engine's command: its own process group, signals passed on once, waited for."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from infra.errors import Interrupted
from infra.interrupts import handled


@dataclass(frozen=True)
class Finished:
    """How a command ended."""

    code: int
    output: str
    errors: str


def run(
    command: Sequence[str], *, directory: Path, environment: Mapping[str, str], given: str | None = None
) -> Finished:
    """Run the engine to its end; `given` is what it reads on its standard input.

    The first SIGINT or SIGTERM is passed on as SIGINT: the engine finishes the steps in flight, writes its state and
    releases its lock. The second one kills its process group. Raises Interrupted after either.
    """
    forwarding = _Forwarding()
    with handled(forwarding.receive):
        process = subprocess.Popen(
            command, cwd=directory, env=dict(environment), start_new_session=True,
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        )  # fmt: skip
        forwarding.to(process.pid)
        output, errors = process.communicate(given)
    received = forwarding.received
    if received:
        how = "killed" if len(received) > 1 else "stopped cleanly"
        raise Interrupted(f"Interrupted; the engine was {how}.", signal_number=received[0])
    return Finished(process.returncode, output, errors)


@dataclass
class _Forwarding:
    """Passes on what is received, also what came before there was a process."""

    received: list[int] = field(default_factory=list)
    passed_on: int = 0
    group: int | None = None

    def receive(self, number: int, _: FrameType | None) -> None:
        self.received.append(number)
        self._pass_on()

    def to(self, group: int) -> None:
        self.group = group
        self._pass_on()

    def _pass_on(self) -> None:
        if self.group is not None and self.passed_on < len(self.received):
            self.passed_on = len(self.received)
            _signal_group(self.group, signal.SIGINT if self.passed_on == 1 else signal.SIGKILL)


def end(pid: int, *, name: str) -> None:
    """End a process that outlived its caller: asked first, killed after five seconds; another program's is left."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.name() != name:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=5)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait()
    except psutil.NoSuchProcess:
        return


def kill(pid: int, *, name: str) -> None:
    """Kill an engine with its whole process group; another program's is left."""
    import psutil

    try:
        if psutil.Process(pid).name() == name:
            _signal_group(pid, signal.SIGKILL)
    except psutil.NoSuchProcess:
        return


def kill_children(*, name: str) -> None:
    """Kill every engine that this process runs, with its process group."""
    import psutil

    for child in psutil.Process().children():
        kill(child.pid, name=name)


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return  # it ended between the signal and here
