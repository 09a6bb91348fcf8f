"""Progress of the set-up, before anything is there that could show it better."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

_TERMINAL_SECONDS = 0.1
_ELSEWHERE_SECONDS = 15.0
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧"


class Display:
    """One line on standard error: redrawn in place on a terminal, else a dated one for what takes long or ends."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._started = time.monotonic()
        self._detail = ""
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        """Start to redraw."""
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the line as it ended."""
        self._over.set()
        self._ticker.join()
        if self._detail:
            self._write("✖" if kind else "✔", "failed" if kind else "done", end="\n")

    def say(self, detail: str) -> None:
        """What is done now."""
        first, self._detail = not self._detail, detail
        if first and not self._live:
            self._write("", detail, end="\n")

    def _tick(self) -> None:
        while not self._over.wait(_TERMINAL_SECONDS if self._live else _ELSEWHERE_SECONDS):
            if self._detail:
                self._write(_SPINNER[int(time.monotonic() * 10) % len(_SPINNER)], self._detail, end="")

    def _write(self, mark: str, text: str, *, end: str) -> None:
        seconds = f"{time.monotonic() - self._started:.1f} s"
        if self._live:
            room = max(20, shutil.get_terminal_size().columns - 30)
            sys.stderr.write(f"\r\033[K  {mark} python        {text[:room]:<{min(room, 45)}} {seconds:>8}{end}")
        else:
            stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            sys.stderr.write(f"{stamp} set-up python {text} {seconds}\n")
        sys.stderr.flush()
