"""Many processes that do the same at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from infra.errors import DistroError


def crowd(act: Callable[[Path], None], folder: Path, number: int) -> list[int | None]:
    """Run `act` in so many processes, let go together; their exit codes. What they import is loaded once."""
    context = _context(act)
    gate = context.Event()
    processes = [context.Process(target=_wait, args=(gate, act, folder)) for _ in range(number)]
    for process in processes:
        process.start()
    gate.set()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def beside(act: Callable[[Path], None], folder: Path) -> BaseProcess:
    """Begin `act` in a process of its own."""
    process = _context(act).Process(target=_ended, args=(act, folder))
    process.start()
    return process


def _context(act: Callable[[Path], None]) -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([act.__module__, "promotion.acquiring"])
    return context


def _wait(gate: Event, act: Callable[[Path], None], folder: Path) -> None:
    gate.wait()
    _ended(act, folder)


def _ended(act: Callable[[Path], None], folder: Path) -> None:
    try:
        act(folder)
    except DistroError as error:
        raise SystemExit(error.exit_code) from error
