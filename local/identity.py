"""Who a child runs as, and that it dies with its parent: what has to happen between fork and exec.

PostgreSQL refuses to run as root, and containers usually are root. Making a user or opening folders to others would
change the machine, so such a child becomes `nobody` and keeps one capability, CAP_DAC_OVERRIDE: it reads and writes
what root may, yet is not root. Both work with Docker's default capabilities and seccomp profile (capabilities(7),
"Ambient"), where user namespaces do not.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from collections.abc import Callable

from local import confinement

NOBODY = 65534
"""User and group id of `nobody` on every Linux distribution (Linux Standard Base; /proc/sys/kernel/overflowuid)."""

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_SET_SECUREBITS = 28
_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522

_LINUX = sys.platform == "linux"
# Loaded before any fork: the child of a fork must not load libraries.
_libc = ctypes.CDLL(None, use_errno=True) if _LINUX else None


def runs_as_nobody() -> bool:
    """Whether a child that refuses root has to change its user: only where this process is root."""
    return _LINUX and os.geteuid() == 0


def before_exec(death_signal: int, *, never_root: bool, ruleset: int | None = None) -> Callable[[], None]:
    """What a child does between fork and exec; it gets `death_signal` when the thread that started it ends.

    `ruleset` confines it, see `local.confinement`.
    """
    parent = os.getpid()
    change_user = never_root and runs_as_nobody()

    def prepare() -> None:
        if ruleset is not None:
            confinement.restrict(ruleset)
        if change_user:
            _become_nobody()
        if _LINUX:
            # Last: changing the user clears it (prctl(2)).
            _call("prctl", _PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGKILL)

    return prepare


def _become_nobody() -> None:
    _call("prctl", _PR_SET_KEEPCAPS, 1, 0, 0, 0)
    # Without it access(2) answers for a user without capabilities: PostgreSQL would not find itself below /root.
    _call("prctl", _PR_SET_SECUREBITS, _NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    mask = 1 << _CAP_DAC_OVERRIDE
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    # effective, permitted, inheritable; the second triple holds capabilities 32 and up.
    _call("capset", header, struct.pack("6I", mask, mask, mask, 0, 0, 0))
    _call("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def _call(function: str, *arguments: int | bytes) -> None:
    if getattr(_libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")
