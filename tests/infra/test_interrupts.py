from __future__ import annotations

import os
import signal
import subprocess
import threading

import pytest

from infra.interrupts import held_back
from tests.infra.interrupting import MOMENTS, interrupt, left

STOPPING = (signal.SIGINT, signal.SIGTERM)
COMMAND = ("sleep", f"6161.3{os.getpid()}")


def test_a_process_that_is_started_meanwhile_is_known() -> None:
    begun: list[subprocess.Popen[bytes]] = []

    def run() -> None:
        with held_back():
            begun.append(subprocess.Popen(COMMAND))
        begun[-1].wait()

    for after in MOMENTS:
        interrupt(after, run)
    for each in begun:
        each.kill()
        each.wait()
    assert left(COMMAND) == []


def test_nothing_is_lost_and_handlers_are_as_before() -> None:
    before = [signal.getsignal(number) for number in STOPPING]
    reached: list[str] = []

    def run() -> None:
        with held_back():
            signal.raise_signal(signal.SIGINT)
            with held_back():
                signal.raise_signal(signal.SIGINT)
                reached.append("inner")
            reached.append("outer")

    with pytest.raises(KeyboardInterrupt):
        run()
    assert reached == ["inner", "outer"]
    assert [signal.getsignal(number) for number in STOPPING] == before


def test_another_thread_is_never_interrupted() -> None:
    ran: list[bool] = []

    def run() -> None:
        with held_back():
            ran.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ran == [True]
