"""`./distro` on a terminal of its own, where Ctrl-C is a key."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.acceptance.project import PATIENCE, Project

CTRL_C = b"\x03"
_SHOW, _HIDE = b"\x1b[?25h", b"\x1b[?25l"


@dataclass
class Terminal:
    """A running command line, and what it has shown."""

    process: subprocess.Popen[bytes]
    _screen: int
    _keyboard: int
    _before: list[Any]
    began: float
    """Just before it was started, by the clock of the engine's events: the system's own time may be off by a second."""
    _shown: list[bytes] = field(default_factory=list)

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self._keyboard, keys)

    def end(self) -> int:
        """Wait for its exit code."""
        return self.process.wait(timeout=PATIENCE)

    @property
    def shown(self) -> bytes:
        """Everything that was written to the terminal so far."""
        return b"".join(self._shown)

    @property
    def restored(self) -> bool:
        """Whether its settings are those of before, and the cursor is to be seen."""
        same: bool = termios.tcgetattr(self._screen) == self._before
        return same and self.shown.rfind(_SHOW) >= self.shown.rfind(_HIDE)

    def read(self) -> None:
        """Take what is shown, until the terminal is closed."""
        while True:
            try:
                data = os.read(self._keyboard, 65536)
            except OSError:
                return
            self._shown.append(data)


@contextmanager
def terminal(project: Project, *arguments: str) -> Iterator[Terminal]:
    """Start it; whatever still runs at the end is killed."""
    keyboard, screen = pty.openpty()
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("4H", 40, 100, 0, 0))
    before, began = termios.tcgetattr(screen), time.time()
    process = subprocess.Popen(
        [str(project.root / "distro"), *arguments],
        cwd=project.root, env={**os.environ, "TERM": "xterm-256color"}, stdin=screen, stdout=screen, stderr=screen,
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
    )  # fmt: skip
    opened = Terminal(process, screen, keyboard, before, began)
    reader = threading.Thread(target=opened.read, daemon=True)
    reader.start()
    try:
        yield opened
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(screen)
        reader.join(timeout=10)
        os.close(keyboard)
