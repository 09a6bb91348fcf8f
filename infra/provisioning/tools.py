"""Runs other people's programs (uv, pip, go) while something is made: their lines out, their whole tree stopped."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.errors import Interrupted, OperationFailed

# Variables that make a Python tool work on another environment than the one it was told.
_MISLEADING = {
    "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "UV_PYTHON", "UV_PROJECT", "UV_SYSTEM_PYTHON",
    "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV",
}  # fmt: skip
_KEPT_LINES = 30
_PR_SET_PDEATHSIG = 1
# Loaded before any fork: the child of a fork must not load libraries.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class ToolFailed(OperationFailed):
    """A program ended with another status than 0, or could not be started; `output` has its last lines."""

    def __init__(self, message: str, output: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.output = tuple(output)


@dataclass(frozen=True)
class Tool:
    """A program to run: its arguments, the folder it runs in, variables beside the caller's.

    `lock` is the descriptor of a file lock (see `artifact.exclusive`) that the program holds as long as it lives.
    """

    argv: Sequence[str | Path]
    folder: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    lock: int | None = None

    @property
    def name(self) -> str:
        """The program and its first argument: `uv pip`."""
        return " ".join([Path(self.argv[0]).name, *(str(part) for part in self.argv[1:2])])


def run(tool: Tool, on_line: Callable[[str], None]) -> list[str]:
    """Run to the end, reporting each line of output; returns the last lines.

    Raises `ToolFailed` with what it said, `Interrupted` when this process was meanwhile (see `interruptible`).
    """
    kept: deque[str] = deque(maxlen=_KEPT_LINES)
    with _RUNNING.started(tool) as process:
        for line in process.stdout or ():
            if line.strip():
                kept.append(line.strip())
                on_line(line.strip())
    if _RUNNING.stopped:
        raise Interrupted(f"stopped while {tool.name} ran", hint="Run the same command again; it goes on from there.")
    if process.returncode:
        raise ToolFailed(f"{tool.name} ended with {process.returncode}: {_said(kept)}", kept)
    return list(kept)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """While threads make things: an interrupt of the block stops every program that runs, and starts none any more.

    Each program has a process group of its own, so that Ctrl-C does not reach it and its children can be stopped too.
    """
    try:
        yield
    except (KeyboardInterrupt, Interrupted):
        _RUNNING.stop()
        raise


class _Running:
    """The programs that run now, in whichever thread."""

    def __init__(self) -> None:
        self._processes: set[subprocess.Popen[str]] = set()
        self._guard = threading.Lock()
        self.stopped = False

    def stop(self) -> None:
        with self._guard:
            self.stopped = True
            for process in self._processes:
                _terminate(process)

    @contextlib.contextmanager
    def started(self, tool: Tool) -> Iterator[subprocess.Popen[str]]:
        process = self._start(tool)
        try:
            yield process
        except BaseException:
            _terminate(process)
            raise
        finally:
            process.wait()
            if process.stdout:
                process.stdout.close()
            with self._guard:
                self._processes.discard(process)

    def _start(self, tool: Tool) -> subprocess.Popen[str]:
        with self._guard:
            if self.stopped:
                raise Interrupted(f"stopped before {tool.name} ran")
            process = _spawn(tool)
            self._processes.add(process)
            return process


_RUNNING = _Running()


def _spawn(tool: Tool) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    try:
        return subprocess.Popen(
            [str(part) for part in tool.argv],
            cwd=tool.folder,
            env={**clean, **tool.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, no lock of Python's
            pass_fds=() if tool.lock is None else (tool.lock,),
        )
    except OSError as error:
        raise ToolFailed(f"{tool.argv[0]} cannot be run: {error.strerror}") from error


def _die_with_parent() -> None:
    """Where the kernel can: a killed command leaves no installer behind; elsewhere the lock makes the next one wait."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _terminate(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)


def _said(output: Sequence[str]) -> str:
    """The line of a failed program's output that says why: its error, or else the last one."""
    error = next((line for line in output if line.lower().startswith(("error", "fatal"))), None)
    return error or (output[-1] if output else "it said nothing")
