"""A real Auth emulator for tests: the bundle as a sandbox runs it."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from infra.progress import silent
from local.emulators import firebase_auth
from local.ports import Reservation
from local.process import Launch
from local.vitals import tail

PROJECT = "demo-distronation-test"
OWNER = {"Authorization": "Bearer owner"}


@dataclass(frozen=True)
class Auth:
    """A running emulator."""

    address: str
    http: httpx.Client

    def client(self, method: str, **body: Any) -> httpx.Response:
        """What an SDK in a browser or phone calls."""
        path = f"/identitytoolkit.googleapis.com/v1/accounts:{method}"
        return self.http.post(path, params={"key": "any"}, json={"returnSecureToken": True, **body})

    def admin(self, method: str, path: str, **request: Any) -> httpx.Response:
        """What a back end calls, below `/identitytoolkit.googleapis.com/`."""
        url = f"/identitytoolkit.googleapis.com/{path.format(project=PROJECT)}"
        return self.http.request(method, url, headers=OWNER, **request)

    def reset(self) -> None:
        """No users, and the configuration of a new project."""
        self.http.delete(f"/emulator/v1/projects/{PROJECT}/accounts", headers=OWNER).raise_for_status()
        self.admin("PATCH", "v2/projects/{project}/config", json={}).raise_for_status()


@contextmanager
def running() -> Iterator[Auth]:
    """Start one, and leave nothing of it."""
    port = Reservation()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bundle = firebase_auth.ensure_bundle(silent)
        launch = firebase_auth.launch(bundle, port=port.port, project=PROJECT, home=home, log=home / "auth.log")
        with launch.log.open("wb") as log:
            process = subprocess.Popen(
                launch.argv, env=dict(launch.env), cwd=launch.cwd, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        try:
            _wait(launch, process)
            with httpx.Client(base_url=f"http://127.0.0.1:{port.port}", trust_env=False, timeout=10) as client:
                yield Auth(f"127.0.0.1:{port.port}", client)
        finally:
            process.terminate()
            process.wait(5)
            port.release()


def _wait(launch: Launch, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + launch.patience
    while not asyncio.run(launch.ready.reached()):
        assert process.poll() is None, tail(launch.log)
        assert time.monotonic() < deadline, tail(launch.log)
        time.sleep(0.01)
