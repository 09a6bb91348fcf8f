"""`operation`: the one way to write to an environment. It holds the lock and records the intent and the result.

The record is one JSON line an operation in `operations.jsonl`: who, what, when, the state's digest before and after.
A killed process leaves its intent without a result; the next operation sees that and says so to its caller.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from engine.state import digest
from infra import processes
from infra.errors import DistroError, EnvironmentBusy, UsageError

SCHEMA = 1
_LOOKING = 1.0
"""Seconds after which somebody who only looks is taken for a holder."""


@dataclass(frozen=True)
class Holder:
    """Who holds an environment."""

    pid: int
    user: str
    command: str
    since: str

    def __str__(self) -> str:
        """For an error: who, what, since when."""
        return f"`distro {self.command}` of {self.user} (pid {self.pid}, since {self.since})"


@dataclass(frozen=True)
class Operation:
    """An operation under way. `interrupted` names the one before it, if that was killed before its end."""

    id: str
    interrupted: str | None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@contextmanager
def operation(home: Path, command: str, state: Path, *, wait: float = 0) -> Iterator[Operation]:
    """Hold the environment whose records lie in `home` while the block runs.

    `state` is the state file, whose digest is recorded before and after. Waits up to `wait` seconds for another
    holder. Raises EnvironmentBusy (exit 5).
    """
    with _lock(home, command, wait), _records(home) as records:
        current = Operation(uuid.uuid4().hex[:12], _unfinished(records))
        _append(records, id=current.id, event="started", command=command, at=_now(), state=digest(state))
        result = "failed"
        try:
            yield current
            result = "done"
        except DistroError as error:
            result = f"failed ({error.exit_code})"
            raise
        finally:
            _append(records, id=current.id, event="ended", result=result, at=_now(), state=digest(state))


def unfinished(home: Path) -> str | None:
    """The command that was killed before its end, if the last one was."""
    try:
        with (home / "operations.jsonl").open() as records:
            return _unfinished(records)
    except FileNotFoundError:
        return None


def holder(home: Path) -> Holder | None:
    """Who holds the environment now, if anybody does."""
    try:
        with (home / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _holder(lock)
    except FileNotFoundError:
        return None
    return None


@contextmanager
def _lock(home: Path, command: str, wait: float) -> Iterator[None]:
    with _acquired(home, wait) as lock:
        lock.seek(0)
        lock.truncate()
        json.dump(asdict(Holder(os.getpid(), _user(), command, _now())), lock)
        lock.flush()
        yield
        lock.truncate(0)


def _acquired(home: Path, wait: float) -> IO[str]:
    started = time.monotonic()
    while True:
        lock = _open(home, "lock", "a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            busy = _holder(lock)
            lock.close()
            # Whoever only looks (`holder`) holds it too, for a moment, and leaves no name.
            if time.monotonic() - started >= max(wait, 0 if busy else _LOOKING):
                raise EnvironmentBusy(
                    f"The environment is held by {busy or 'another process'}.",
                    hint="Wait for it, or give --wait SECONDS.",
                ) from None
            time.sleep(0.05)  # the kernel has no lock with a time-out
        else:
            if _current(lock, home / "lock"):
                return lock
            lock.close()  # its holder removed the file: what we locked is nobody's lock any more


def _current(lock: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _holder(lock: IO[str]) -> Holder | None:
    lock.seek(0)
    with suppress(ValueError, TypeError):  # its writer may be between truncating and writing
        written = Holder(**json.loads(lock.read()))
        if processes.exists(written.pid):  # what a killed one wrote stays
            return written
    return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's uid without a name
        return str(os.getuid())


@contextmanager
def _records(home: Path) -> Iterator[IO[str]]:
    with _open(home, "operations.jsonl", "a+") as records:
        yield records


def _open(home: Path, name: str, mode: str) -> IO[str]:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(home / name, mode, opener=lambda path, flags: os.open(path, flags, 0o600))
    except OSError as error:
        raise UsageError(
            f"{home / name} cannot be written: {error.strerror}.", hint="distro keeps its state there."
        ) from error


def _unfinished(records: IO[str]) -> str | None:
    records.seek(0)
    last: dict[str, str] = {}
    for line in records:
        with suppress(ValueError):  # a line cut short by a kill is no record
            last = json.loads(line)
    return last.get("command") if last.get("event") == "started" else None


def _append(records: IO[str], **entry: object) -> None:
    records.write(json.dumps({"schema": SCHEMA, **entry}) + "\n")
    records.flush()
    os.fsync(records.fileno())
