"""What a function can reach: the emulators of its sandbox, and nothing outside of this machine.

Landlock (landlock(7), Linux 6.7) lets a process give up connecting to all TCP ports but some; it knows no addresses, so
a machine elsewhere could be reached on just these ports, which are free ones that the sandbox was given. A filter of
system calls (seccomp(2)) takes away the other kinds of sockets of the Internet. Where the kernel knows neither,
functions reach what their user does.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_NETWORK_SINCE = 4
_NET_PORT = 2
_CONNECT_TCP = 1 << 1

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_MODE_FILTER = 2
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EACCES

_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""The architecture as the kernel tells it (linux/audit.h), and its number for socket(2)."""
_IO_URING_SETUP = 425
"""Makes sockets that no filter sees."""
_OTHER_ABI = 0x40000000
"""From here on the numbers of x86's third interface begin."""
_AF_INET, _AF_INET6, _SOCK_STREAM, _TYPES, _TCP = 2, 10, 1, 0xF, 6

_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _DOMAIN, _TYPE, _PROTOCOL = 0, 4, 16, 24, 32
"""Places in what a filter sees of a call (struct seccomp_data)."""

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def version() -> int:
    """Of Landlock's interface; 0 where there is none."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, 0, _VERSION)))


def possible() -> bool:
    """Whether the kernel can keep a function in."""
    return version() >= _NETWORK_SINCE and platform.machine() in _MACHINES


def drop(ports: Iterable[int]) -> None:
    """Give up, for this process and its children, connecting to anything but these TCP ports. Raises OSError."""
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _connect_to(ports)
    steps = _filter(*_MACHINES[platform.machine()])
    program = _Program(len(steps) // 8, steps)
    _check(_libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0), "seccomp")


def _connect_to(ports: Iterable[int]) -> None:
    attributes = struct.pack("QQ", 0, _CONNECT_TCP)
    ruleset = _check(_libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0), "landlock_create_ruleset")
    try:
        for port in ports:
            rule = struct.pack("QQ", _CONNECT_TCP, port)
            _check(_libc.syscall(_ADD_RULE, ruleset, _NET_PORT, rule, 0), "landlock_add_rule")
        _check(_libc.syscall(_RESTRICT_SELF, ruleset, 0), "landlock_restrict_self")
    finally:
        os.close(ruleset)


def _filter(architecture: int, socket: int) -> bytes:
    """Refuse sockets of IPv4 and IPv6 that are no TCP sockets. A jump counts the steps that it leaves out."""
    steps = (
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, 13, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 11, 0, _OTHER_ABI),
        (_EQUAL, 10, 0, _IO_URING_SETUP),
        (_EQUAL, 0, 10, socket),
        (_LOAD, 0, 0, _DOMAIN),
        (_EQUAL, 1, 0, _AF_INET),
        (_EQUAL, 0, 7, _AF_INET6),
        (_LOAD, 0, 0, _TYPE),
        (_AND, 0, 0, _TYPES),
        (_EQUAL, 0, 3, _SOCK_STREAM),
        (_LOAD, 0, 0, _PROTOCOL),
        (_EQUAL, 2, 0, 0),
        (_EQUAL, 1, 0, _TCP),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    )
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno() or errno.EPERM
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
