"""The supervisor of a sandbox: a small process in a session of its own that outlives the command that started it.

It starts the components side by side, watches them, keeps the record, and obeys the control channel. It holds the
sandbox's lock as long as it lives, which is how everybody else knows that it does. When it is killed, the kernel kills
its children (PR_SET_PDEATHSIG), and its guardian whatever else they started.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping

from infra.errors import DistroError, OperationFailed
from infra.progress import Progress, Report
from local import control, leftovers, record
from local.crew import Crew
from local.plan import Plan
from local.ports import Reservation
from local.profiles import profile
from local.record import Entry, Record

FOLDER_CHECK = 2.0
"""Seconds between two looks whether the sandbox's folder is still there."""


class Supervisor:
    """Owns one generation of one sandbox, from its start to its end."""

    def __init__(self, plan: Plan, listener: socket.socket) -> None:
        names = profile(plan.profile).components
        reserved = {name: Reservation(plan.ports.get(name, 0), owner=name) for name in names}
        self._plan = dataclasses.replace(plan, ports={name: held.port for name, held in reserved.items()})
        self._listener = listener
        self._crew = Crew(self._plan, reserved, self._update)
        self._stop = asyncio.Event()
        self._stopped = asyncio.Event()
        self._clients: set[asyncio.Task[None]] = set()
        self._reports: set[Report] = set()
        self._write(self._crew.entries)

    async def run(self) -> None:
        """Bring everything up, then wait for the order to stop; a first start that fails leaves nothing but logs."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        self._first = asyncio.create_task(self._crew.bring_up(self._broadcast))
        server = await asyncio.start_server(self._serve, sock=self._listener)
        async with server:
            await self._until_told()
            await self._crew.stop()
            self._forget()
            self._stopped.set()
            await asyncio.gather(*self._clients, return_exceptions=True)

    async def _until_told(self) -> None:
        stop = asyncio.create_task(self._stop.wait())
        await asyncio.wait((stop, self._first), return_when=asyncio.FIRST_COMPLETED)
        if self._first.done() and self._first.exception() is not None:
            stop.cancel()
            return
        while not stop.done() and self._owns_folder():
            await asyncio.wait((stop,), timeout=FOLDER_CHECK)
        self._first.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a callback of a server runs in a task
        self._clients.add(task)
        try:
            await control.serve(reader, writer, self._plan.secrets["control"], self._obey)
        finally:
            self._clients.discard(task)

    async def _obey(self, order: str, report: Report) -> None:
        if order == "stop":
            self._stop.set()
            await self._stopped.wait()
        elif order == "start":
            await self._start(report)
        else:
            raise OperationFailed(f"The supervisor knows no order {order!r}")

    async def _start(self, report: Report) -> None:
        self._reports.add(report)
        try:
            await asyncio.wait((self._first,))
            if self._first.cancelled() or self._first.exception() is not None:
                # Told when nothing is left of it.
                await self._stopped.wait()
            if self._stop.is_set():
                raise OperationFailed("The sandbox was stopped while it was starting")
            await asyncio.shield(self._first)
            await self._crew.bring_up(self._broadcast)
        finally:
            self._reports.discard(report)

    def _broadcast(self, step: Progress) -> None:
        for report in self._reports:
            report(step)

    def _write(self, entries: Mapping[str, Entry]) -> None:
        port: int = self._listener.getsockname()[1]
        record.write(Record(self._plan, os.getpid(), port, entries))

    def _update(self, entries: Mapping[str, Entry]) -> None:
        """Write down a change; on a full disk the record lags behind, and `load` looks at the processes themselves."""
        with contextlib.suppress(OSError):
            self._write(entries)

    def _owns_folder(self) -> bool:
        """Whether the record is still there and this generation's; a deleted folder must not leave emulators behind."""
        try:
            written = record.read(self._plan.root)
        except DistroError:
            return False
        return written is not None and written.plan.generation == self._plan.generation

    def _forget(self) -> None:
        if self._owns_folder():
            (self._plan.root / record.FILE).unlink()
            # Whoever ordered the stop removes what cannot be removed here, or says why not.
            with contextlib.suppress(OSError):
                leftovers.remove_data(self._plan.root)


def main() -> None:
    """Entry point; `local.sandbox` passes the held lock, the listening socket, and the plan on standard input."""
    _lock, listening = (int(number) for number in sys.argv[1:])
    plan = Plan.from_json(json.load(sys.stdin))
    _leave_the_caller()
    with _guarded(plan, (_lock, listening)), socket.socket(fileno=listening) as listener:
        asyncio.run(_supervise(plan, listener))


async def _supervise(plan: Plan, listener: socket.socket) -> None:
    await Supervisor(plan, listener).run()


def _leave_the_caller() -> None:
    """A session of its own, and no child of the caller: that one waits for the first process of the two only."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")


@contextlib.contextmanager
def _guarded(plan: Plan, inherited: tuple[int, ...]) -> Iterator[None]:
    """Have a guardian beside: when the supervisor is killed, it ends what is left of the generation.

    It is a fork that waits on a pipe: for the byte of an orderly end, or for the pipe to break.
    """
    reading, writing = os.pipe()
    guardian = os.fork()
    if guardian == 0:
        for descriptor in (writing, *inherited):
            os.close(descriptor)
        if not os.read(reading, 1):
            leftovers.end_generation(plan)
        os._exit(0)
    os.close(reading)
    yield
    os.write(writing, b".")
    os.waitpid(guardian, 0)


if __name__ == "__main__":
    main()
