"""The control channel between the command line and a sandbox's supervisor: lines of JSON over loopback TCP.

The client sends one request, `{"token": …, "do": "start" | "stop"}`. The supervisor answers with any number of
`{"progress": {…}}`, one `{"alive": true}` a second, and at last `{"done": true}` or `{"failed": {"message", "hint",
"where"}}`. A Unix socket would not do: its path is limited to some 100 bytes, a checkout's is not. The token keeps
other users of the machine out.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from typing import Any

from infra.errors import DistroError, OperationFailed
from infra.progress import Progress, Report
from local.ports import LOOPBACK

Handler = Callable[[str, Report], Awaitable[None]]
LONGEST_REQUEST = 65536
"""Bytes."""
HEARTBEAT = 1.0
"""Seconds between two signs of life while a request is obeyed."""


class Lost(OperationFailed):
    """The supervisor ended before it had answered."""


def ask(port: int, token: str, what: str, on_progress: Report, *, patience: float) -> None:
    """Send a request and wait for its end; raises what the supervisor reports, or Lost.

    `patience`: seconds that may pass between two lines of the answer.
    """
    try:
        with socket.create_connection((LOOPBACK, port), timeout=patience) as connection:
            connection.sendall(_line({"token": token, "do": what}))
            for message in _messages(connection):
                if "done" in message:
                    return
                if "failed" in message:
                    raise OperationFailed(**message["failed"])
                if "progress" in message:
                    on_progress(Progress(**message["progress"]))
    except OSError as error:
        raise Lost(f"The sandbox's supervisor does not answer: {error}") from error
    raise Lost("The sandbox's supervisor ended before it had answered")


def _messages(connection: socket.socket) -> Iterator[dict[str, Any]]:
    with connection.makefile("rb") as lines:
        for line in lines:
            yield json.loads(line)


def asked(line: bytes, token: str) -> dict[str, Any] | None:
    """The request of somebody who knows the token, which stands in it; None of anybody else."""
    try:
        document: dict[str, Any] = json.loads(line)
        given = str(document["token"])
    except (ValueError, KeyError, TypeError):
        return None
    return document if hmac.compare_digest(given.encode(), token.encode()) else None


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, handle: Handler) -> None:
    """Answer one client; one with a wrong token is hung up on, one that goes away stops nothing."""
    with contextlib.suppress(ConnectionError):
        request = asked(await reader.read(LONGEST_REQUEST), token)
        if request is not None and "do" in request:
            outcome = _outcome(str(request["do"]), handle, lambda step: writer.write(_progress(step)))
            handling = asyncio.create_task(outcome)
            while not handling.done():
                await asyncio.wait((handling,), timeout=HEARTBEAT)
                writer.write(_line({"alive": True}))
                await writer.drain()
            writer.write(_line(handling.result()))
            await writer.drain()
    writer.close()


async def _outcome(request: str, handle: Handler, report: Report) -> dict[str, Any]:
    try:
        await handle(request, report)
    except DistroError as error:
        return {"failed": {"message": error.message, "hint": error.hint, "where": error.where}}
    return {"done": True}


def _progress(step: Progress) -> bytes:
    return _line({"progress": asdict(step)})


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode() + b"\n"
