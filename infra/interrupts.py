"""SIGINT and SIGTERM, handled otherwise for a while: passed on, or kept waiting where one would lose something."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], None]


@contextmanager
def handled(handler: Handler) -> Iterator[None]:
    """Have them handled by this within the block. Only the main thread is ever interrupted: nothing in any other."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with _handled(signal.SIGINT, handler), _handled(signal.SIGTERM, handler):
        yield


@contextmanager
def held_back() -> Iterator[None]:
    """Let them wait until the end of the block, where the first that came is raised.

    Around the start of a process, say: an interrupt inside of `Popen` leaves one that nobody knows.
    """
    came: list[int] = []
    try:
        with handled(lambda number, _: came.append(number)):
            yield
    finally:
        if came:
            signal.raise_signal(came[0])


@contextmanager
def _handled(number: int, handler: Handler) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)
