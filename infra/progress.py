"""How long work reports what it does: one small value, passed to a callback; rendering is the command line's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["waiting", "running", "done", "failed"]


@dataclass(frozen=True)
class Progress:
    """One step of long work.

    `phase` groups the steps ("toolchain", "emulators", "deploying", "smoke"), `item` names the one meant,
    `detail` says what it does now, `seconds` how long it took so far, `done` of `total` how far a phase is.
    """

    phase: str
    item: str
    state: State
    detail: str = ""
    seconds: float | None = None
    done: int | None = None
    total: int | None = None


Report = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Report to nobody."""
