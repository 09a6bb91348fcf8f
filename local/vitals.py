"""Cheap looks at a process: whether it runs, how it ended, what it said last."""

from __future__ import annotations

import signal
from collections import deque
from pathlib import Path

LOG_LINES = 12
"""Lines of a log that an error quotes."""


def tail(log: Path, lines: int = LOG_LINES) -> str:
    """The last lines of a log, or an empty string where there is none."""
    try:
        with log.open(errors="replace") as file:
            return "".join(deque(file, lines)).rstrip()
    except FileNotFoundError:
        return ""


def describe(status: int) -> str:
    """`exit code 3` or `SIGKILL`, from a status as `subprocess` gives it."""
    return f"exit code {status}" if status >= 0 else signal.Signals(-status).name
