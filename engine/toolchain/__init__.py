"""The Pulumi CLI, pinned: one on PATH, else the vendor's download, else a build from Go modules; kept for each user."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from engine.toolchain.version import VERSION, cached, on_path, series
from infra.errors import OperationFailed
from infra.progress import Progress, Report, State
from infra.provisioning.artifact import Say, make_once

__all__ = ["VERSION", "find", "pulumi_binary"]

_HINT = (
    f"Install Pulumi {series()} or newer so that `pulumi` is on PATH, or let this machine reach the download site or a "
    "Go module proxy; then run the same command again. docs/limits.md has more."
)


def find() -> Path | None:
    """The engine to use, if there is one on this machine: on PATH and new enough, or made before. Under 5 ms."""
    found = on_path()
    if found and found.suits:
        return found.program
    made = cached()
    return made if made.exists() else None


def pulumi_binary(on_progress: Report) -> Path:
    """The engine to use, made now if need be: seconds for the download, some three minutes of two cores for the build.

    Raises `OperationFailed` with what was tried where none of the three ways works. Safe when several ask at once.
    """
    teller = _Teller(on_progress)
    found = find()
    if found is None:
        teller.say(f"pulumi {VERSION}")
        try:
            found = make_once(cached(), lambda draft, lock: _make(draft, lock, teller.say), teller.say)
        except OperationFailed:
            teller.tell("failed", f"pulumi {VERSION}")
            raise
    chosen = on_path()
    teller.tell("done", f"pulumi {chosen.version if chosen and chosen.suits else VERSION}")
    return found


@dataclass(frozen=True)
class _Teller:
    report: Report
    started: float = field(default_factory=time.monotonic)

    def say(self, detail: str) -> None:
        self.tell("running", detail)

    def tell(self, state: State, detail: str) -> None:
        self.report(Progress("toolchain", "engine", state, detail, time.monotonic() - self.started))


def _make(draft: Path, lock: int, say: Say) -> None:
    """Each way in turn. They are imported here: nothing of them is needed where an engine is found."""
    from engine.toolchain import build, download

    reasons = [f"1. `pulumi` on PATH: {_not_on_path()}"]
    for number, (name, way) in enumerate((("download", download.fetch), ("build from Go modules", build.build)), 2):
        try:
            return way(draft, lock, say)
        except OperationFailed as error:
            reasons.append(f"{number}. {name}: {error.message}")
    raise OperationFailed(
        f"The Pulumi engine {VERSION} cannot be had in any of three ways:\n" + "\n".join(reasons), hint=_HINT
    )


def _not_on_path() -> str:
    found = on_path()
    if found is None:
        return "there is none"
    return f"{found.program} " + (
        f"is {found.version}; {series()} or newer is needed" if found.version else "does not answer"
    )
