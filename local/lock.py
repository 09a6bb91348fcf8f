"""The lock of a sandbox: held by its supervisor while it lives, so that the kernel itself says whether it does.

Process numbers are given to others after a while; a lock is released by the kernel when its holder ends, however it
ends (flock(2)). The file may be deleted by its holder alone.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path


def acquire(path: Path) -> int | None:
    """The descriptor of the lock, now held by this process; None where somebody holds it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _locked(descriptor, fcntl.LOCK_EX):
            return None
        if _is_at(path, descriptor):
            return descriptor
        # It was deleted by its last holder while we waited for it.
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether somebody holds it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return False
    if not _locked(descriptor, fcntl.LOCK_SH):
        return True
    os.close(descriptor)
    return False


def wait_until_free(path: Path, patience: float) -> bool:
    """Wait for its holder to end, `patience` seconds at most; whether it did."""
    deadline = time.monotonic() + patience
    while is_held(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True


def release(path: Path, descriptor: int, *, delete: bool) -> None:
    """Give it back, and with `delete` remove its file first."""
    if delete:
        path.unlink(missing_ok=True)
    os.close(descriptor)


def _locked(descriptor: int, kind: int) -> bool:
    """Try to lock; closes the descriptor where that fails."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
