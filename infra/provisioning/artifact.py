"""Things made once and kept: an environment, a binary, a bundle.

Each is made in a folder beside its final path and renamed, so that what stands at the final path is whole, whatever
was killed when. One process makes it; a second one waits, and says for whom.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperationFailed

if TYPE_CHECKING:
    from types import TracebackType

Say = Callable[[str], None]

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}


@contextlib.contextmanager
def exclusive(path: Path, say: Say) -> Iterator[int]:
    """Hold the file lock at `path`; while another process holds it, wait, and say which one.

    The kernel drops the lock when its holder dies. Children that get the yielded descriptor hold it too, so that an
    orphaned installer is waited for rather than run beside a second one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(descriptor, say)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, say: Say) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode(errors="replace") or "another one"
        say(f"waiting for process {holder}, which makes it")
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def make_once(
    final: Path, make: Callable[[Path, int], None], say: Say, *, usable: Callable[[Path], bool] = Path.exists
) -> Path:
    """`final`, made by `make(draft, lock)` if it is not usable; `lock` is for the children of `make`.

    Raises `OperationFailed` where the folder cannot be written, and whatever `make` raises.
    """
    if usable(final):
        return final
    with writable(final.parent), exclusive(final.with_name(f".{final.name}.lock"), say) as lock:
        if not usable(final):
            _make(final, make, lock)
    return final


def _make(final: Path, make: Callable[[Path, int], None], lock: int) -> None:
    draft = final.with_name(f".{final.name}.partial")
    remove(draft)
    try:
        make(draft, lock)
        replace(draft, final)
    finally:
        remove(draft)


def replace(draft: Path, final: Path) -> None:
    """Put the folder `draft` where `final` stands; a kill in between leaves `final` absent, never mixed."""
    retired = final.with_name(f".{final.name.lstrip('.')}.retired")
    remove(retired)
    if final.exists() or final.is_symlink():
        final.rename(retired)
    draft.rename(final)
    remove(retired)


def abandoned(home: Path) -> list[Path]:
    """What was left half made below `home` by makers that are gone."""
    places = [path for pattern in ("*/.*.partial", "*/*/.*.partial", "*/*/.build") for path in home.glob(pattern)]
    return [path for path in places if not any(_held(lock) for lock in path.parent.glob(".*.lock"))]


def _held(lock: Path) -> bool:
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def remove(path: Path) -> None:
    """Remove a file or folder, read-only folders in it too (Go's module cache is made of them)."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path, onerror=_force)


def _force(
    function: Callable[[str], object],
    path: str,
    error: tuple[type[BaseException], BaseException, TracebackType],
) -> None:
    if isinstance(error[1], FileNotFoundError):
        return
    for place in (Path(path).parent, Path(path)):
        place.chmod(stat.S_IRWXU)
    if Path(path).is_dir() and function is not os.rmdir:
        shutil.rmtree(path, onerror=_force)
    else:
        function(path)


@contextlib.contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Turn a folder that is full or closed into an error that says so and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            message = f"no space left on the device that holds {folder}"
            raise OperationFailed(message, hint="Free some space and run the same command again.") from error
        if error.errno in _FORBIDDEN:
            message = f"{error.filename or folder} cannot be written: {error.strerror}"
            hint = "Give yourself write access to it, or set XDG_CACHE_HOME to a folder of your own."
            raise OperationFailed(message, hint=hint) from error
        raise
