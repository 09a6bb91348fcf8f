"""Live progress on a terminal, dated plain lines elsewhere; both on standard error."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from infra.progress import Progress, Report, silent

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.text import Text

    from cli.application import Application

_MARKS = {"done": ("✔", "green"), "failed": ("✖", "red"), "waiting": ("·", "dim")}
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_BAR = 32
_AROUND = 4
"""Lines of a terminal that are no phase's: the title, the bar, the cursor's."""
_COUNTED = {"deploying", "reading"}  # phases with too many steps to name each


@contextmanager
def progress(application: Application, title: str) -> Iterator[Report]:
    """A callback that shows what long work does: lines redrawn in place, dated lines, or nothing with `--quiet`."""
    if application.quiet:
        yield silent
    elif application.console.is_terminal and not application.console.is_dumb_terminal:
        with _live(application, title) as report:
            yield report
    else:
        yield _Lines()


@contextmanager
def _live(application: Application, title: str) -> Iterator[Report]:
    from rich.live import Live

    view, console = _View(title), application.console
    try:
        with Live(view, console=console, refresh_per_second=12, transient=False):
            try:
                yield view.report
            finally:
                view.ended = True
    finally:
        # Live shows the cursor again at the end of its block; an interrupt may come after it hid it, before the block.
        console.show_cursor()


class _Lines:
    """One dated line for each thing that begins or ends, and now and then for one that takes long."""

    EVERY = 15.0
    """Seconds between two lines of one thing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: dict[tuple[str, str], float] = {}

    def __call__(self, step: Progress) -> None:
        if step.state in {"done", "failed"} or self._due(step):
            stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            name = "" if step.phase in _COUNTED else step.item
            words = [stamp, step.phase, name, step.detail, step.state, _took(step.seconds)]
            click.echo(" ".join(word for word in words if word), err=True)

    def _due(self, step: Progress) -> bool:
        now, key = time.monotonic(), (step.phase, step.item)
        with self._lock:
            # A phase that counts its items says nothing at its first one.
            last = self._said.setdefault(key, now if step.phase in _COUNTED else -self.EVERY)
            due = now - last >= self.EVERY
            if due:
                self._said[key] = now
        return due


def _took(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f} s"


@dataclass
class _Phase:
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    steps: dict[str, Progress] = field(default_factory=dict)
    latest: Progress | None = None

    def take(self, step: Progress) -> None:
        self.latest = step
        if step.phase not in _COUNTED or step.state == "failed":
            self.steps[step.item] = step
        over = step.state in {"done", "failed", "waiting"} and (step.total is None or step.done == step.total)
        self.ended = time.monotonic() if over else None

    @property
    def counted(self) -> Progress | None:
        """The latest step of a phase that counts what it does instead of naming it."""
        return self.latest if self.latest and self.latest.phase in _COUNTED else None


class _View:
    """What stands on the terminal: a line a phase, and a bar where a phase knows how far it is."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._phases: dict[str, _Phase] = {}
        self._lock = threading.Lock()
        self.ended = False

    @property
    def _width(self) -> int:
        return max([12, *map(len, self._phases)])

    def report(self, step: Progress) -> None:
        with self._lock:
            self._phases.setdefault(step.phase, _Phase()).take(step)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        yield Text(self._title, style="bold")
        yield Text()
        with self._lock:
            # What runs stands at the end: a short terminal shows that, and everything once it is over.
            shown = list(self._phases.items())[0 if self.ended else -max(1, options.size.height - _AROUND) :]
            for name, phase in shown:
                yield self._line(name, phase, options.max_width)
                if phase.counted and not self.ended:
                    yield self._bar(phase.counted)

    def _line(self, name: str, phase: _Phase, width: int) -> Text:
        from rich.text import Text

        over = self.ended or all(step.state in {"done", "failed"} for step in phase.steps.values())
        failed = any(step.state == "failed" for step in phase.steps.values())
        running = not over or (phase.counted is not None and not self.ended)
        mark, style = self._spin() if running else _MARKS["failed" if failed else "done"]
        line = Text.assemble("  ", (mark, style), f" {name:<{self._width}} ", _detail(phase))
        seconds = (phase.ended or time.monotonic()) - phase.started
        line.truncate(max(20, width - 12), overflow="ellipsis", pad=True)
        return line.append(f"{seconds:>8.1f} s", style="dim")

    @staticmethod
    def _spin() -> tuple[str, str]:
        return _SPINNER[int(time.monotonic() * 12) % len(_SPINNER)], "cyan"

    @staticmethod
    def _bar(step: Progress) -> Text:
        from rich.text import Text

        share = (step.done or 0) / (step.total or 1)
        filled = int(share * _BAR)
        return Text.assemble("    ", ("█" * filled, "cyan"), ("░" * (_BAR - filled), "dim"), f"  {share:4.0%}")


def _detail(phase: _Phase) -> str:
    if latest := phase.counted:
        return f"{latest.done} of {latest.total}   {latest.detail}"
    alone = len(phase.steps) == 1  # its seconds are the phase's, which end the line
    return " · ".join(_item(step, None if alone else step.seconds) for step in phase.steps.values())


def _item(step: Progress, seconds: float | None) -> str:
    return " ".join(word for word in (step.item, step.detail, _took(seconds)) if word)
