"""How much memory a thing takes while it is done: all processes that take part in it, sampled."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

_EVERY = 0.2


@dataclass
class Peak:
    """The largest sum of resident memory seen, in bytes, and what it was before."""

    before: int = 0
    most: int = 0

    @property
    def grown(self) -> int:
        """By how many bytes it grew."""
        return self.most - self.before


@contextmanager
def peak(roots: Iterable[int]) -> Iterator[Peak]:
    """Watch these processes and all below them while the block runs. Memory that they share counts in each."""
    watched, found, over = tuple(roots), Peak(), threading.Event()
    found.before = found.most = _resident(watched)

    def watch() -> None:
        while not over.wait(_EVERY):
            found.most = max(found.most, _resident(watched))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def _resident(roots: Iterable[int]) -> int:
    processes = {process.pid: process for root in roots for process in _tree(root)}
    return sum(_size(process) for process in processes.values())


def _tree(root: int) -> Iterator[psutil.Process]:
    try:
        process = psutil.Process(root)
        yield process
        yield from process.children(recursive=True)
    except psutil.Error:
        return  # it ended


def _size(process: psutil.Process) -> int:
    try:
        size: int = process.memory_info().rss
    except psutil.Error:
        return 0
    return size
