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

MOMENTS = tuple(0.0002 + step * 0.0001 for step in range(20))
"""Seconds until the interrupt, over the time that starting a process takes."""

_AGAIN = 10.0
"""Seconds after which a user presses Ctrl-C again."""


def interrupt(after: float, run: Callable[[], object]) -> None:
    """Run it and send SIGINT so many seconds later, whose KeyboardInterrupt or Interrupted has to end it."""
    over = threading.Event()

    def send() -> None:
        over.wait(after)
        # One that comes between Python's look for signals and a system call is seen after that call: again, as a user.
        while not over.is_set():
            os.kill(os.getpid(), signal.SIGINT)
            over.wait(_AGAIN)

    sender = threading.Thread(target=send)

    def start() -> None:
        sender.start()
        run()

    # Python loses an interrupt that comes in a finaliser: none shall run meanwhile.
    gc.collect()
    gc.disable()
    with pytest.raises((KeyboardInterrupt, Interrupted)):
        start()
    over.set()
    sender.join()
    gc.enable()


def left(command: Iterable[str]) -> list[int]:
    """Processes that run that command; they are killed."""
    words = list(command)
    found = [each for each in psutil.process_iter(["cmdline", "status"]) if each.info["cmdline"] == words]
    alive = [each for each in found if each.info["status"] != psutil.STATUS_ZOMBIE]
    for each in alive:
        each.kill()
    return [each.pid for each in alive]
