"""What an emulator may see of the machine's files: not the user's home, not the common temporary folder (Linux).

Landlock (landlock(7), Linux 5.13) lets any process give up access for itself and whatever it starts, without privileges
and in containers as well. The rights here are an allow-list: the system's folders, the programs of the sandbox, and
its own folder, which is the only one that can be written. Where the kernel knows no Landlock nothing is confined;
`distro doctor` says which. The network cannot be confined this way: Landlock knows ports, no addresses.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.paths import project_root
from local.plan import Plan

# The same numbers on every architecture (linux/landlock.h, asm-generic/unistd.h).
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PR_SET_NO_NEW_PRIVS = 38
_PATH_BENEATH = 1
_READ = 0b1101
"""Execute, read files, read folders."""
_ALL_BY_VERSION = (0x1FFF, 0x3FFF, 0x7FFF, 0x7FFF, 0xFFFF)
"""Every right on files that a version of the interface knows; the fifth has them all."""
_ON_FILES = 0b1000000000000111
"""The rights that a rule for something other than a folder may name: execute, write, read, ioctl, and truncate."""
_TRUNCATE = 1 << 14
_SCOPED_SINCE = 6
_SCOPED = 0b11
"""Abstract Unix sockets and signals stay among the confined."""

_TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - named to be hidden
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class View:
    """Files and folders that a process sees, with everything below them."""

    readable: tuple[Path, ...]
    writable: tuple[Path, ...]


def view(plan: Plan) -> View:
    """What the components of a sandbox need."""
    system = [place for place in _top_level() if not any(each.is_relative_to(place) for each in plan.hidden)]
    tools = [Path(tool) for tool in plan.tools.values() if tool.startswith("/")]
    own = (project_root(), Path(sys.prefix), Path(sys.base_prefix))
    return View((*system, *own, *_programs(tools)), (plan.root, Path("/dev")))


def _top_level() -> Iterator[Path]:
    """`/usr`, `/etc`, …; a link such as `/lib` is followed by whoever opens it."""
    for entry in Path("/").iterdir():
        if entry not in _TEMPORARY and not entry.is_symlink():
            yield entry


def _programs(tools: Iterable[Path]) -> Iterator[Path]:
    """A program lies in the `bin` of its installation, often by way of a link from an environment."""
    for tool in tools:
        real = tool.resolve()
        yield tool if tool.is_dir() else tool.parent
        yield real if real.is_dir() else real.parent.parent


def version() -> int:
    """Of the kernel's interface; 0 where there is none."""
    if _libc is None:
        return 0
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, 0, _VERSION)))


@contextmanager
def ruleset(wanted: View | None) -> Iterator[int | None]:
    """A descriptor for `restrict`; None where there is nothing to confine, or no way to."""
    known = version() if wanted is not None else 0
    if wanted is None or known == 0:
        yield None
        return
    every = _ALL_BY_VERSION[min(known, len(_ALL_BY_VERSION)) - 1]
    attributes = struct.pack("QQQ", every, 0, _SCOPED if known >= _SCOPED_SINCE else 0)
    # Older kernels refuse a structure that is longer than theirs, unless the rest is zero.
    descriptor = _check(_call(_CREATE_RULESET, attributes, len(attributes), 0), "landlock_create_ruleset")
    try:
        for rights, places in ((_READ, wanted.readable), (every, wanted.writable)):
            for place in places:
                _allow(descriptor, place, rights, every)
        yield descriptor
    finally:
        os.close(descriptor)


def restrict(descriptor: int) -> None:
    """Confine this thread for good; for the child of a fork, or before an exec."""
    assert _libc is not None  # noqa: S101 - there is a ruleset
    # The kernel demands it: a set-user-id program must not get out of the confinement.
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _check(_call(_RESTRICT_SELF, descriptor, 0), "landlock_restrict_self")


def _allow(ruleset_descriptor: int, place: Path, rights: int, every: int) -> None:
    try:
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # What is not there, or cannot be reached, need not be seen.
    try:
        if not place.is_dir():
            rights &= (_ON_FILES | _TRUNCATE) & every
        rule = struct.pack("=Qi", rights, opened)
        _check(_call(_ADD_RULE, ruleset_descriptor, _PATH_BENEATH, rule, 0), f"landlock_add_rule {place}")
    finally:
        os.close(opened)


def _call(number: int, *arguments: int | bytes) -> int:
    assert _libc is not None  # noqa: S101 - `version` was asked first
    return int(_libc.syscall(number, *arguments))


def _check(result: int, what: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result
