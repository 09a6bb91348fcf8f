"""What a function does not get to see: the machine's temporary folder and the user's home.

On AWS a function has /tmp to itself and no home. Here its process gets mounts of its own, in which private folders lie
over these; what it needs of them is put back at its place. Where the kernel refuses (containers, hardened
distributions) functions see what their user sees.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_MS_BIND = 4096
_MS_REC = 16384
_MS_PRIVATE = 1 << 18

_libc = ctypes.CDLL(None, use_errno=True)


def possible() -> bool:
    """Try it in a child: a kernel may allow the namespace and refuse the mounts."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            _separate()
            # With everything below: in a user namespace the kernel does not take it apart.
            _mount("/", "/", _MS_BIND | _MS_REC)
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def drop(over: Mapping[str, str], keep: Sequence[str]) -> None:
    """Lay folders over others for this process and its children, `keep` (folders) staying where they are.

    Only for a process with one thread. Raises OSError.
    """
    _separate()
    for hidden, shown in over.items():
        for kept in keep:
            if Path(kept).is_relative_to(hidden):
                place = Path(shown, Path(kept).relative_to(hidden))
                place.mkdir(parents=True, exist_ok=True)
                _mount(kept, str(place), _MS_BIND | _MS_REC)
        _mount(shown, hidden, _MS_BIND | _MS_REC)


def _separate() -> None:
    """Mounts of its own; without the privilege for that, as the only user of a user namespace."""
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWNS) != 0:
        _check(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNS), "unshare")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    _mount("none", "/", _MS_REC | _MS_PRIVATE)


def _mount(source: str, target: str, flags: int) -> None:
    _check(_libc.mount(source.encode(), target.encode(), None, ctypes.c_ulong(flags), None), f"mount {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno() or errno.EPERM
        raise OSError(number, f"{what}: {os.strerror(number)}")
