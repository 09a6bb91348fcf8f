"""One sandbox serves every test that needs one, on all of pytest-xdist's workers; it is taken down at the end."""

from __future__ import annotations

import fcntl
import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.paths import state_home
from local import orphans
from tests.driver import Rehearsal, Sandbox, distro

_NAME = "DISTRO_TEST_SANDBOX"

collect_ignore = ["suites"]  # what `distro test` runs against a deployed environment


def pytest_configure(config: pytest.Config) -> None:
    # `make test &` of a shell without jobs has SIGINT ignored, by everything that is started here too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):  # workers inherit the controller's choice
        os.environ[_NAME] = f"tests-{os.getpid()}"


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    name = os.environ[_NAME]
    if (state_home() / "sandboxes" / name).exists():
        distro("down", "local", "--sandbox", name, "--yes")
    if (state_home() / "rehearsal" / name).exists():
        distro("--rehearse", "down", "--all", "--sandbox", name, "--yes")
    for left in state_home().glob(f"{name}.*"):
        left.unlink()
    # Workers that were interrupted did not take down what they had in copies of the checkout.
    below = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    for root in orphans.roots():
        if root.is_relative_to(below):
            orphans.sweep(root)


@pytest.fixture(autouse=True)
def _own_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3's default session keeps the credentials of whoever used it first: each test has its own."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    """The sandbox of this run, brought up by the first test that wants it."""
    name = os.environ[_NAME]
    record = state_home() / f"{name}.json"
    with _exclusive(state_home() / f"{name}.lock"):
        if not record.exists():
            finished = distro("up", "local", "--sandbox", name, "--json", timeout=1500)
            assert finished.code == 0, finished.errors
            record.write_text(finished.output)
    return Sandbox(name, json.loads(record.read_text()))


@pytest.fixture(scope="session")
def rehearsal() -> Rehearsal:
    """The rehearsal of this run, brought up by the first test that wants it: `shared`, then all others at once."""
    name = os.environ[_NAME]
    record = state_home() / f"{name}.rehearsal.json"
    with _exclusive(state_home() / f"{name}.rehearsal.lock"):
        if not record.exists():
            record.write_text(json.dumps(_rehearsed(name)))
    return Rehearsal(name, json.loads(record.read_text()))


def _rehearsed(name: str) -> dict[str, Any]:
    def up(stack: str) -> Any:
        finished = distro("--rehearse", "up", stack, "--sandbox", name, "--json", timeout=1500)
        assert finished.code == 0, finished.errors
        return finished.document

    with ThreadPoolExecutor() as beside:
        shared = up("shared")
        return {"shared": shared, **dict(zip(REHEARSED, beside.map(up, REHEARSED), strict=True))}


REHEARSED = ("dev", "staging", "prod")


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
