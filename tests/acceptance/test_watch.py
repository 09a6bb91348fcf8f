"""`up --watch`: what is saved is in the sandbox, whatever way the editor saves; a mistake does not end the watch."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Thread

import httpx
import pytest

from tests.acceptance.deployed import NAME, Deployed
from tests.acceptance.project import Project

pytestmark = pytest.mark.xdist_group("standing")

PATIENCE = 60.0
"""Seconds, on a busy machine."""


class Watch:
    """A running `up --watch`, and what it says."""

    def __init__(self, project: Project) -> None:
        self.process = project.start("up", "local", "--watch", stderr=subprocess.STDOUT)
        self.said = ""
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.said += line

    def until(self, condition: Callable[[], object]) -> float:
        """Wait for something; the seconds that it took."""
        started = time.monotonic()
        while not condition():
            assert self.process.poll() is None, self.said
            assert time.monotonic() - started < PATIENCE, self.said
            time.sleep(0.02)
        return time.monotonic() - started

    def end(self, number: signal.Signals) -> int:
        """Stop it; its exit code."""
        self.process.send_signal(number)
        self._reader.join(timeout=PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture(scope="module")
def watch(project: Project) -> Iterator[Watch]:
    watching = Watch(project)
    while "watching" not in watching.said:
        assert watching.process.poll() is None, watching.said
        time.sleep(0.05)
    yield watching
    assert watching.end(signal.SIGINT) == 130
    assert "Traceback" not in watching.said


@pytest.fixture(scope="module")
def deployed(project: Project, watch: Watch) -> Deployed:
    assert watch.process.poll() is None
    return Deployed(project, project.variables_of())


@pytest.fixture
def handler(project: Project) -> Iterator[Path]:
    """The source of the health function, put right again at the end."""
    file = project.root / "infra" / "workloads" / "functions" / "health" / "handler.py"
    original = file.read_text()
    yield file
    file.write_text(original)


def _health(deployed: Deployed) -> str:
    """What the function answers; nothing while its emulator is dead, or made anew with another address."""
    try:
        return httpx.get(f"{deployed.variables['API_URL']}/health", timeout=60).text
    except httpx.TransportError:
        return ""


def _save(file: Path, text: str) -> None:
    file.write_text(text)


def _save_by_renaming(file: Path, text: str) -> None:
    """As most editors do: a new file takes the old one's name."""
    draft = file.with_suffix(".new")
    draft.write_text(text)
    draft.replace(file)


@pytest.mark.parametrize("save", [_save, _save_by_renaming])
def test_a_changed_function_is_deployed(
    watch: Watch, deployed: Deployed, handler: Path, save: Callable[[Path, str], None]
) -> None:
    mark = f"saved by {save.__name__}"
    save(handler, _saying(handler, mark))
    watch.until(lambda: mark in _health(deployed))
    watch.until(lambda: "health: new code in" in watch.said)


def _saying(handler: Path, mark: str) -> str:
    return f"{handler.read_text()}\n\ndef handle(event, context):\n    return {{'statusCode': 200, 'body': '{mark}'}}\n"


def test_a_syntax_error_does_not_end_it(watch: Watch, deployed: Deployed, handler: Path) -> None:
    original = handler.read_text()
    handler.write_text("def (")
    watch.until(lambda: "checks" not in _health(deployed))
    handler.write_text(original)
    watch.until(lambda: "checks" in _health(deployed))


def test_the_specification_is_watched_too(watch: Watch, deployed: Deployed) -> None:
    file = deployed.project.root / "Pulumi.local.yaml"
    original = file.read_text()

    def has(memory: int) -> bool:
        found = deployed.aws("lambda").get_function_configuration(FunctionName=f"{NAME}-health")
        return bool(found["MemorySize"] == memory)

    for size in (192, 256):
        changed = original + f"    functions: {{ each: {{ health: {{ memory: {size} }} }} }}\n"
        _save_by_renaming(file, changed)
        watch.until(partial(has, size))
    _save_by_renaming(file, original.replace("cloud: emulated", "clowd: emulated"))
    watch.until(lambda: "clowd" in watch.said)
    _save_by_renaming(file, original)
    watch.until(partial(has, 128))


def test_an_emulator_that_dies_does_not_end_it(watch: Watch, deployed: Deployed, handler: Path) -> None:
    os.kill(deployed.project.pid("localstack"), signal.SIGKILL)
    handler.write_text(_saying(handler, "after a death"))
    watch.until(lambda: "to create" in watch.said)
    anew = Deployed(deployed.project, deployed.project.variables_of())
    assert "after a death" in _health(anew)
