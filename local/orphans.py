"""Finding and ending processes of a sandbox that lost their supervisor.

Every child carries the sandbox's marker in its environment, so it is found whatever became of its parent, session or
process group, and a process number that was given to somebody else meanwhile is never mistaken for it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from local.firewall import MARKER

_PROC = Path("/proc")


CHILD = "child"
"""The part of the marker that tells the components from the supervisor and its guardian."""


def marker(root: Path, *parts: str) -> str:
    """What a process carries: the sandbox's folder, then generation, CHILD, and component."""
    return "#".join((str(root), *parts)) + "#"


def find(root: Path, *parts: str) -> list[int]:
    """Processes of a sandbox, of one generation, or of one component of it; without this process."""
    wanted = f"{MARKER}={marker(root, *parts)}"
    return [pid for pid, value in _markers() if value.startswith(wanted) and pid != os.getpid()]


def roots() -> set[Path]:
    """Folders of all sandboxes of this user that have a process, whichever checkout they belong to."""
    return {Path(value.partition("=")[2].partition("#")[0]) for _, value in _markers()}


def sweep(root: Path, *parts: str, patience: float = 3.0) -> int:
    """SIGKILL what `find` finds until nothing is left; returns how many.

    Raises TimeoutError where that takes longer than `patience` seconds.
    """
    deadline = time.monotonic() + patience
    seen: set[int] = set()
    while left := find(root, *parts):
        seen.update(left)
        for pid in left:
            _kill(pid)
        if time.monotonic() > deadline:
            raise TimeoutError(f"processes {left} of {root} do not end")
        time.sleep(0.005)
    return len(seen)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _markers() -> Iterator[tuple[int, str]]:
    """Process number and marker of every process of this user that carries one. Zombies have no environment."""
    return _markers_of_proc() if _PROC.is_dir() else _markers_of_psutil()


def _markers_of_proc() -> Iterator[tuple[int, str]]:
    needle = f"{MARKER}=".encode()
    for entry in os.scandir(_PROC):
        if not entry.name.isdigit():
            continue
        try:
            with open(f"{entry.path}/environ", "rb") as file:  # noqa: PTH123 - a thousand of them, in milliseconds
                environment = file.read()
        except OSError:
            continue
        if needle in environment:
            for variable in environment.split(b"\0"):
                if variable.startswith(needle):
                    yield int(entry.name), os.fsdecode(variable)


def _markers_of_psutil() -> Iterator[tuple[int, str]]:
    import psutil

    for process in psutil.process_iter():
        try:
            value = process.environ().get(MARKER)
        except psutil.Error:
            continue
        if value is not None:
            yield process.pid, f"{MARKER}={value}"
