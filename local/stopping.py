"""Stopping a sandbox, whatever state it is in."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from infra.errors import OperationFailed
from infra.progress import silent
from local import control, leftovers, lock, orphans, record, sandbox
from local.record import Record

BEGINNING = 15.0
"""Seconds that a supervisor that has just been started has to write its first record."""
ORDERLY = 4.0
"""Seconds that the supervisor has to stop its components before it is killed itself."""


def stop(name: str) -> None:
    """Leave nothing of a sandbox; one that is not there is fine.

    Raises OperationFailed where something cannot be ended or removed.
    """
    root, path = sandbox.home(name), sandbox.lock_file(name)
    if not root.exists() and not path.exists():
        return
    first = record.remains(root)
    deadline = time.monotonic() + BEGINNING
    while (held := lock.acquire(path)) is None:
        now = record.remains(root)
        if now is None:
            _wait_for_record(root, deadline)
            continue
        if first is not None and now.plan.generation != first.plan.generation:
            return  # Ours is gone; somebody started the next one meanwhile.
        _end_supervisor(root, now, path)
    try:
        _remove(root)
    finally:
        lock.release(path, held, delete=True)


def _wait_for_record(root: Path, deadline: float) -> None:
    """Somebody is starting it and cannot be told to stop yet; a supervisor that never can is killed."""
    if time.monotonic() > deadline and orphans.sweep(root) == 0:
        raise OperationFailed(f"Something holds the lock of {root} and writes no record", hint="Run: distro doctor")
    time.sleep(0.01)


def _end_supervisor(root: Path, found: Record, path: Path) -> None:
    """Have it end: by an order, by SIGKILL where it does not obey. Returns when the lock is free."""
    try:
        control.ask(found.control, found.plan.secrets["control"], "stop", silent, patience=ORDERLY)
    except OperationFailed:
        _kill(root, found)
    if not lock.wait_until_free(path, ORDERLY):
        raise OperationFailed(f"The supervisor of {root} does not end", hint="Run: distro doctor")


def _kill(root: Path, found: Record) -> None:
    for pid in orphans.find(root, found.plan.generation, "supervisor"):
        if pid == found.supervisor:
            os.kill(pid, signal.SIGKILL)


def _remove(root: Path) -> None:
    try:
        leftovers.end(root, record.remains(root))
        leftovers.remove_data(root)
        if root.exists():
            shutil.rmtree(root)
    except (OSError, TimeoutError) as error:
        raise OperationFailed(f"The sandbox in {root} could not be removed: {error}") from error
