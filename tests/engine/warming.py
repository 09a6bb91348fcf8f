"""A process that forks program hosts, as a sandbox has one."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.program import WarmHost
from infra.paths import project_root


@contextmanager
def warm_host(tmp_path: Path) -> Iterator[WarmHost]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, log = secrets.token_hex(8), tmp_path / "warm.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.warm", "--port", str(port), "--source", str(project_root())],
            cwd=project_root(),
            env={**os.environ, "DISTRO_PROGRAM_TOKEN": token},
            stderr=errors,
        )
    try:
        _until_open(port, process)
        yield WarmHost(port, token, log)
    finally:
        process.kill()
        process.wait()


def _until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the warm host ended")
