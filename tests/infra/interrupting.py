"""Interrupts that come at any moment, and what is left of a process then."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterable

import psutil
import pytest

from infra.errors import Interrupted

MOMENTS = tuple(0.0002 + step * 0.00005 for step in range(40))
"""Seconds until the interrupt, over the time that starting a process takes."""


def interrupt(after: float, run: Callable[[], object]) -> None:
    """Run it and send SIGINT so many seconds later, whose KeyboardInterrupt or Interrupted has to end it."""
    timer = threading.Timer(after, os.kill, (os.getpid(), signal.SIGINT))

    def start() -> None:
        timer.start()
        run()

    # Python loses an interrupt that comes in a finaliser: none shall run meanwhile.
    gc.collect()
    gc.disable()
    with pytest.raises((KeyboardInterrupt, Interrupted)):
        start()
    timer.join()
    gc.enable()


def left(command: Iterable[str]) -> list[int]:
    """Processes that run that command; they are killed."""
    words = list(command)
    found = [each for each in psutil.process_iter(["cmdline", "status"]) if each.info["cmdline"] == words]
    alive = [each for each in found if each.info["status"] != psutil.STATUS_ZOMBIE]
    for each in alive:
        each.kill()
    return [each.pid for each in alive]
