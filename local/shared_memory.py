"""The System V segment that a killed PostgreSQL leaves in the kernel, where it would stay until the next reboot.

It is 56 bytes, but a machine has 4,096 of them (SHMMNI), and a server that finds none does not start.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

_LINE = 7
"""Of postmaster.pid: key and id of the segment (PostgreSQL's src/include/utils/pidfile.h)."""
_IPC_RMID = 0


def release(data_folder: Path) -> bool:
    """Remove the segment of the server whose data folder this was; it has to have ended. Whether there was one."""
    found = _segment(data_folder / "postmaster.pid")
    if found is None or sys.platform == "win32":
        return False
    key, identifier = found
    libc = ctypes.CDLL(None, use_errno=True)
    # Ids are given again: the key, derived from the folder's inode, tells whether it is still the same segment.
    if libc.shmget(key, 0, 0) != identifier:
        return False
    return bool(libc.shmctl(identifier, _IPC_RMID, None) == 0)


def _segment(pid_file: Path) -> tuple[int, int] | None:
    """Key and id; None where the server ended by itself (then it has removed both file and segment)."""
    try:
        lines = pid_file.read_text().splitlines()
        key, identifier = lines[_LINE - 1].split()
    except (OSError, IndexError, ValueError):
        return None
    return int(key), int(identifier)
