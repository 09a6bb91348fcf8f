"""A new generation of a sandbox: the remains of the last one removed, everything of it started from nothing."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.errors import OperationFailed
from infra.progress import Report
from local import control, leftovers, lock, orphans, record, sandbox, vitals
from local.firewall import child_environment
from local.plan import Plan
from local.ports import LOOPBACK, Reservation
from local.sandbox import SandboxRequest

PATIENCE = 30.0
"""Seconds without a sign of life after which a supervisor is taken for hung; there is one a second."""
ENDING = 2.0
"""Seconds that a supervisor whose start failed has to end, before the caller is told anyway."""


@dataclass(frozen=True)
class Means:
    """What a sandbox runs on: the runtime of its main emulator, and where its programs lie."""

    runtime: str
    tools: Mapping[str, str]


def make(request: SandboxRequest, root: Path, held: int, means: Means, on_progress: Report) -> None:
    """Start a supervisor, hand it the sandbox's lock (`held`), and wait until everything runs."""
    with _released(sandbox.lock_file(request.name), held), _told(root):
        _clear(root)
        for component, wanted in request.ports.items():
            Reservation(wanted, owner=component).release()
        plan = _plan(request, root, means)
        with socket.create_server((LOOPBACK, 0)) as listener:
            _spawn(plan, held, listener)
            port = listener.getsockname()[1]
    _follow(plan, port, on_progress)


@contextmanager
def _released(path: Path, held: int) -> Iterator[None]:
    """Give up our hold on the lock; its file goes as well, unless the supervisor has it now."""
    try:
        yield
    except BaseException:
        lock.release(path, held, delete=True)
        raise
    lock.release(path, held, delete=False)


@contextmanager
def _told(root: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, subprocess.SubprocessError, TimeoutError) as error:
        where = getattr(error, "filename", None)
        raise OperationFailed(f"The sandbox cannot be started in {root}: {error}", where=where) from error


def _follow(plan: Plan, port: int, on_progress: Report) -> None:
    path = sandbox.lock_file(plan.name)
    try:
        control.ask(port, plan.secrets["control"], "start", on_progress, patience=PATIENCE)
    except control.Lost as error:
        lock.wait_until_free(path, ENDING)
        log = plan.log("supervisor")
        raise OperationFailed(f"{error.message}\n{vitals.tail(log)}".rstrip(), where=str(log)) from error
    except OperationFailed:
        lock.wait_until_free(path, ENDING)
        raise


def _clear(root: Path) -> None:
    """Remove what an earlier generation left: a killed one leaves processes, data and its record."""
    leftovers.end(root, record.remains(root))
    (root / record.FILE).unlink(missing_ok=True)
    leftovers.remove_data(root)
    if (root / "logs").exists():
        shutil.rmtree(root / "logs")


def _plan(request: SandboxRequest, root: Path, means: Means) -> Plan:
    return Plan(
        name=request.name,
        generation=secrets.token_hex(8),
        profile=request.profile,
        runtime=means.runtime,
        account=request.account,
        region=request.region,
        project=request.project,
        root=root,
        ports=dict(request.ports),
        tools=means.tools,
        hidden=(Path.home(),),
        secrets={name: secrets.token_urlsafe(24) for name in ("control", "postgres", "program")},
    )


def _spawn(plan: Plan, held: int, listener: socket.socket) -> None:
    for folder in (plan.home, plan.data, plan.logs):
        folder.mkdir(mode=0o700)
    with plan.log("supervisor").open("ab") as log:
        # The first process ends as soon as it has forked the supervisor itself.
        subprocess.run(
            (sys.executable, "-m", "local.supervisor", str(held), str(listener.fileno())),
            input=json.dumps(plan.as_json()).encode(),
            env=child_environment(orphans.marker(plan.root, plan.generation, "supervisor"), plan.home),
            cwd=plan.home,
            stdout=log,
            stderr=log,
            pass_fds=(held, listener.fileno()),
            start_new_session=True,
            check=True,
        )
