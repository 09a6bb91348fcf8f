"""One process of aws-lambda-rie with the function's process below it."""

from __future__ import annotations

import contextlib
import http.client
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from distro_lambda import function_process
from distro_lambda.processes import NotStarted, processes

_LOOPBACK = "127.0.0.1"
_START_SECONDS = 10
_TRIES = 3
_PATH = "/2015-03-31/functions/function/invocations"


@dataclass(frozen=True)
class Request:
    """One event on its way to the handler."""

    id: str
    function_arn: str
    payload: bytes
    trace: str = ""


@dataclass(frozen=True)
class Command:
    """What it takes to start one: see `keeper`."""

    emulator: Path
    handler: str
    env: Mapping[str, str]
    folder: Path
    output: Path
    over: Mapping[Path, Path]
    keep: tuple[Path, ...]
    ports: tuple[int, ...]
    """Of the sandbox: what the function can connect to."""


class Emulator:
    """A running emulator. It starts the function's process with the first request."""

    def __init__(self, command: Command) -> None:
        self._pid, self._port = _start(command)

    def end(self) -> None:
        """End it with everything below it."""
        with contextlib.suppress(NotStarted):  # the keeper is gone, and what it kept with it
            processes().end(self._pid)

    def initialise(self) -> None:
        """Let the function's module be imported, if it can be; a failure shows again with the first event."""
        request = Request("00000000-0000-0000-0000-000000000000", function_process.INITIALISE, b"{}")
        self.post(request, function_process.INIT_SECONDS)

    def post(self, request: Request, seconds: float) -> tuple[int, bytes]:
        """Status and body of the answer. Raises TimeoutError, and another OSError or HTTPException if it is gone."""
        connection = http.client.HTTPConnection(_LOOPBACK, self._port, timeout=seconds)
        headers = {
            "Content-Type": "application/json",
            "X-Amzn-RequestId": request.id,
            "X-Amzn-Trace-Id": request.trace,
            "X-Amz-Tenant-Id": request.function_arn,
        }
        with contextlib.closing(connection):
            connection.request("POST", _PATH, request.payload, headers)
            response = connection.getresponse()
            return response.status, response.read()


def _start(command: Command) -> tuple[int, int]:
    """Number and port of a new emulator; another port is tried when somebody was faster on one."""
    for _ in range(_TRIES):
        port, api = _free_ports()
        pid = processes().start(
            argv=_arguments(command, port, api),
            env=dict(command.env),
            folder=str(command.folder),
            output=str(command.output),
            over={str(hidden): str(shown) for hidden, shown in command.over.items()},
            keep=[str(path) for path in command.keep],
            ports=[*command.ports, api],
        )
        if _listens(port, pid):
            return pid, port
        processes().end(pid)
    raise NotStarted(f"{command.emulator} does not listen: {command.output.read_text(errors='replace')[-500:]}")


def _arguments(command: Command, port: int, api: int) -> list[str]:
    return [
        str(command.emulator),
        *("--log-level", "error"),
        *("--runtime-interface-emulator-address", f"{_LOOPBACK}:{port}"),
        *("--runtime-api-address", f"{_LOOPBACK}:{api}"),
        *(sys.executable, "-S", "-P", function_process.__file__, command.handler),
    ]


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind((_LOOPBACK, 0))
        other.bind((_LOOPBACK, 0))
        return one.getsockname()[1], other.getsockname()[1]


def _listens(port: int, pid: int) -> bool:
    """Wait until it does; False when the process ended or the time is over."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and Path(f"/proc/{pid}").exists():
        with socket.socket() as probe:
            if probe.connect_ex((_LOOPBACK, port)) == 0:
                return True
        time.sleep(0.002)
    return False
