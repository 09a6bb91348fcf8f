"""Runs the engine's command: its own process group, signals passed on once, waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from infra.errors import Interrupted

_STOPPING = (signal.SIGINT, signal.SIGTERM)


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
    process = subprocess.Popen(
        command, cwd=directory, env=dict(environment), start_new_session=True,
        stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
    )  # fmt: skip
    with _forwarding(process) as received:
        output, errors = process.communicate(given)
    if received:
        how = "killed" if len(received) > 1 else "stopped cleanly"
        raise Interrupted(f"Interrupted; the engine was {how}.", signal_number=received[0])
    return Finished(process.returncode, output, errors)


@contextmanager
def _forwarding(process: subprocess.Popen[str]) -> Iterator[list[int]]:
    received: list[int] = []

    def forward(number: int, _: FrameType | None) -> None:
        received.append(number)
        _signal_group(process.pid, signal.SIGINT if len(received) == 1 else signal.SIGKILL)

    if threading.current_thread() is not threading.main_thread():
        yield received  # only the main thread may set handlers; whoever runs this elsewhere handles signals there
        return
    before = {number: signal.signal(number, forward) for number in _STOPPING}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return  # it ended between the signal and here
