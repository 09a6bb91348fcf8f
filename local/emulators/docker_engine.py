"""Whether a Docker engine answers on this machine, and what it can do; asked over its socket, without the SDK.

Only engines that listen on a Unix socket are used: a container on another machine would not be on the loopback
interface, and LocalStack has to be given the socket, since it runs each function as a container.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from infra.errors import OperationFailed, UsageError
from infra.progress import Progress, Report

RUNTIMES = ("auto", "docker", "host")
PATIENCE = 1.0
"""Seconds that an engine has to answer."""


@dataclass(frozen=True)
class Choice:
    """The runtime that was chosen, and what a plan has to know about it."""

    runtime: str
    tools: Mapping[str, str] = field(default_factory=dict)


def choose(wanted: str, on_progress: Report) -> Choice:
    """Settle "auto": docker where an engine answers and has LocalStack's image, else the host (docs/decisions/0023).

    Raises UsageError for an unknown runtime, OperationFailed where "docker" was asked for and cannot be had.
    """
    if wanted not in RUNTIMES:
        raise UsageError(f"There is no runtime {wanted!r}", hint=f"Known: {', '.join(RUNTIMES)}.")
    if wanted == "host":
        return Choice("host")
    try:
        return _docker(on_progress, pull=wanted == "docker")
    except OperationFailed as error:
        if wanted == "docker":
            raise
        on_progress(Progress("emulators", "docker", "done", f"not used: {error.message}"))
        return Choice("host")


def _docker(on_progress: Report, *, pull: bool) -> Choice:
    from local.emulators import image

    address, wanted = _engine(), image.localstack()
    if _get(address, f"/images/{quote(wanted, safe='')}/json") is None:
        if not pull:
            raise OperationFailed(f"the engine has no image {wanted}")
        image.pull(address, wanted, on_progress)
    return Choice("docker", {"docker": address, "localstack-image": wanted})


def _engine() -> str:
    tried = list(addresses())
    for address in tried:
        if _get(address, "/info") is not None:
            return address
    raise OperationFailed(
        f"no Docker engine answers ({', '.join(tried)})",
        hint="Start Docker, or use --runtime host, which needs none.",
    )


def addresses() -> Iterator[str]:
    """Where an engine may listen: DOCKER_HOST alone if it is set, else the usual sockets."""
    given = os.environ.get("DOCKER_HOST")
    if given:
        if urlsplit(given).scheme != "unix":
            raise OperationFailed(f"DOCKER_HOST is {given}, not an engine on this machine", hint="Unset DOCKER_HOST.")
        yield given
        return
    yield "unix:///var/run/docker.sock"
    runtime, home = os.environ.get("XDG_RUNTIME_DIR"), Path.home()
    rootless = [Path(runtime, "docker.sock")] if runtime else []
    for path in (*rootless, home / ".docker" / "run" / "docker.sock", home / ".colima" / "default" / "docker.sock"):
        if path.exists():
            yield f"unix://{path}"


def _get(address: str, path: str) -> Mapping[str, Any] | None:
    """What the engine answers to a GET; None where nothing answers, or it has no such thing."""
    connection = _Connection(address)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        document: Mapping[str, Any] = json.loads(answer.read()) if answer.status == http.client.OK else {}
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return document or None


class _Connection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, address: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = urlsplit(address).path

    def connect(self) -> None:
        """Connect to the engine."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self._path)
