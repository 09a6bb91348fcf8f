"""Killed at any moment of an `up`, whoever is killed: the next `up` succeeds by itself, and nothing exists twice.

The light profile serves them all, but for the victim that it lacks.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time

import psutil
import pytest

from tests.acceptance.census import doubles
from tests.acceptance.deployed import Deployed
from tests.acceptance.drift import lose_much
from tests.acceptance.project import Project, finish

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(600)]

Running = subprocess.Popen[str]
TRIES = 5
LIGHT, LOCALSTACK = "ministack", "localstack"
BESIDE = ("moto", "postgres", "rds-data", "firebase-auth", "provider", "program")


def _victim(name: str, project: Project, up: Running) -> int:
    """The process to be killed."""
    if name == "command":
        return up.pid
    if name == "engine":
        return next(each.pid for each in psutil.Process(up.pid).children(recursive=True) if each.name() == "pulumi")
    if name == "supervisor":
        return int(project.record()["supervisor"])
    return project.pid(name)


def kill(project: Project, profile: str, name: str, *, after: int) -> None:
    """Run `up`, and kill somebody after that many steps of the engine; the command says so, or dies of it."""
    tries = (_started(project, profile) for _ in range(TRIES))
    up = next(up for up, began in tries if _hit(project, name, up, began, after))
    finished = finish(up)
    assert finished.code in {-signal.SIGKILL, 0, 1}
    assert finished.code == -signal.SIGKILL or name != "command"
    assert "Traceback" not in finished.errors


def _started(project: Project, profile: str) -> tuple[Running, float]:
    """An `up` with something to do, and when it began: the system's own time of a process may be off by a second."""
    if project.record():
        lose_much(Deployed(project, project.variables_of()))
    began = time.time()
    return project.start("up", "local", "--aws", profile), began


def _hit(project: Project, name: str, up: Running, began: float, after: int) -> bool:
    """Whether the victim was still there: an `up` with little to do may be over before this process has its turn."""
    while project.record() is None or _steps(project, began) < after:
        if up.poll() is not None:
            return _over(up)
        time.sleep(0.01)
    try:
        os.kill(_victim(name, project, up), signal.SIGKILL)
    except (StopIteration, ProcessLookupError, psutil.NoSuchProcess):
        return _over(up)
    return True


def _over(up: Running) -> bool:
    finished = finish(up)
    assert finished.code == 0, finished.errors
    return False


def _steps(project: Project, began: float) -> int:
    """How many steps this run of the engine has done."""
    return sum(each["kind"] == "step" and each["phase"] == "done" for each in project.events() if each["time"] > began)


def works(project: Project, profile: str) -> None:
    """`up` succeeds; afterwards everything is there once, and does what it is for."""
    project.up("default", "--aws", profile)
    deployed = Deployed(project, project.variables_of())
    assert doubles(deployed) == {}
    assert [each for each in deployed.smoke().values() if each["result"] == "failed"] == []


@pytest.mark.parametrize(
    ("profile", "name", "after"),
    [
        (LIGHT, "command", 0), (LIGHT, "command", 150), (LIGHT, "engine", 60), (LIGHT, "provider", 90),
        (LIGHT, "supervisor", 30), (LOCALSTACK, LOCALSTACK, 120),
    ],
)  # fmt: skip
def test_killed_while_a_sandbox_is_made(project: Project, profile: str, name: str, after: int) -> None:
    project.down()
    kill(project, profile, name, after=after)
    works(project, profile)


@pytest.mark.parametrize(
    ("profile", "name"),
    [(LOCALSTACK, LOCALSTACK), *((LIGHT, name) for name in ("command", "engine", LIGHT, *BESIDE))],
)
def test_killed_while_a_sandbox_is_brought_up_to_date(project: Project, profile: str, name: str) -> None:
    record = project.record()
    if record and record["plan"]["profile"] != profile:
        project.down()
    project.up("default", "--aws", profile)
    kill(project, profile, name, after=40)
    works(project, profile)
