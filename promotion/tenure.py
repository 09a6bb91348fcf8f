"""Who holds an environment, by the objects `lease/<environment>/<token>/<renewal>.json` alone.

Tokens and renewals count from 1 without gaps. The newest renewal of the newest token says how it stands. Everything
that happens to a lease (taken, renewed, given back, broken) is one more object, which one process alone can make: so a
holder that is late and whoever takes its place cannot both succeed.
"""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from infra import processes
from promotion.entries import Token
from promotion.schema import Line, Moment, Record, Stored, Target
from promotion.store import Missing, Store

State = Literal["held", "kept", "released", "broken"]


class Holder(Stored):
    """Who holds it: a person, a command, a process; `id` is another for each."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    who: Line
    command: Line
    host: Line
    pid: int
    space: Line

    @classmethod
    def here(cls, who: str, command: str) -> Holder:
        """The calling process."""
        return cls(
            id=os.urandom(16).hex(), who=who, command=command, host=socket.gethostname(), pid=os.getpid(),
            space=_space(),
        )  # fmt: skip

    @property
    def gone(self) -> bool:
        """Whether it is a process of this very machine that is no more; of another one nothing can be told."""
        return self.space == _space() and not processes.exists(self.pid)

    def __str__(self) -> str:
        """For errors and the ledger."""
        return f"`distro {self.command}` of {self.who} on {self.host} (pid {self.pid})"


class Tenure(Record):
    """One object. `held` ends `seconds` after `at` by the store's clock; `kept` stays until a person breaks it."""

    environment: Target
    token: Token
    renewal: Token
    state: State
    holder: Holder
    at: Moment
    seconds: Annotated[float, Field(gt=0, le=3600)]
    note: Line | None = None

    @property
    def path(self) -> str:
        """Name of the object."""
        return path_of(self.environment, self.token, self.renewal)

    @property
    def over(self) -> bool:
        """Given back or broken."""
        return self.state in {"released", "broken"}

    def expired(self, now: datetime, grace: float = 0) -> bool:
        """Whether its holder is dead, or must have stopped, `grace` seconds ago."""
        return self.state == "held" and now > self.at + timedelta(seconds=self.seconds + grace)

    def followed(self, state: State, at: datetime, note: str | None) -> Tenure:
        """The next object of the same token."""
        return self.model_copy(update={"renewal": self.renewal + 1, "state": state, "at": at, "note": note})


def path_of(environment: str, token: int, renewal: int) -> str:
    """Name of the object."""
    return f"lease/{environment}/{token:012d}/{renewal:06d}.json"


def newest(store: Store, environment: Target) -> Tenure | None:
    """How it stands; None where nobody ever held it. A few reads, however often it was held. Raises StoreFailed."""
    token = _highest(lambda each: _read(store, environment, each, 1) is not None)
    if not token:
        return None
    renewal = _highest(lambda each: _read(store, environment, token, each) is not None)
    return _read(store, environment, token, renewal)


def first(store: Store, tenure: Tenure) -> Tenure:
    """When the holder took it."""
    return Tenure.parse(store.read(path_of(tenure.environment, tenure.token, 1)))


def _space() -> str:
    """Where a process id means the same process: one run of one kernel, and there one namespace of processes."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:  # not Linux, or no /proc: nobody else is in a space of this name
        return f"{socket.gethostname()} {os.urandom(8).hex()}"


def user() -> str:
    """Who runs this; a container's uid may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _read(store: Store, environment: Target, token: int, renewal: int) -> Tenure | None:
    path = path_of(environment, token, renewal)
    try:
        return Tenure.parse(store.read(path), path)
    except Missing:
        return None


def _highest(exists: Callable[[int], bool]) -> int:
    """The last of 1, 2, 3, … that exists; 0 if none: doubled, then halved."""
    above = 1
    while exists(above):
        above *= 2
    low = above // 2
    while above - low > 1:
        middle = (low + above) // 2
        low, above = (middle, above) if exists(middle) else (low, middle)
    return low
