"""The keeper, seen from LocalStack: one a LocalStack, started with the first function."""

from __future__ import annotations

import functools
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from distro_lambda.keeper import LARGEST_MESSAGE

MARKER = "DISTRO_SANDBOX"
"""By this variable the sandbox finds its processes."""


class NotStarted(Exception):
    """A process could not be started, or the keeper is gone."""


class Processes:
    """Starts and ends processes through a keeper that ends them all when this process does."""

    def __init__(self) -> None:
        # Not inheritable (PEP 446): as long as nobody else holds this end, it closes with this process.
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = threading.Lock()
        with theirs:
            subprocess.Popen(
                [sys.executable, "-S", "-s", "-m", "distro_lambda.keeper", str(theirs.fileno())],
                env={**_marker(), "PYTHONPATH": str(Path(__file__).parent.parent)},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def start(self, **what: Any) -> int:
        """Start a program as `keeper` describes it and return its number; raises NotStarted."""
        pid: int = self._ask({"start": what})["pid"]
        return pid

    def end(self, pid: int) -> None:
        """End a program and everything that it started; returns when they are gone."""
        self._ask({"end": pid})

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._turn:
            try:
                self._control.send(json.dumps(request).encode())
                answer: dict[str, Any] = json.loads(self._control.recv(LARGEST_MESSAGE) or b'{"error": "it is gone"}')
            except OSError as error:
                raise NotStarted(f"the keeper of function processes: {error}") from error
        if "error" in answer:
            raise NotStarted(f"the keeper of function processes: {answer['error']}")
        return answer


def _marker() -> dict[str, str]:
    return {MARKER: os.environ[MARKER]} if MARKER in os.environ else {}


@functools.cache
def processes() -> Processes:
    """The one keeper of this LocalStack."""
    return Processes()
