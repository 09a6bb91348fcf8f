"""Ctrl-C and SIGTERM: the engine is stopped cleanly, the terminal restored, the lock released, nothing orphaned."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import psutil
import pytest

from local import orphans
from tests.acceptance.census import doubles
from tests.acceptance.deployed import Deployed
from tests.acceptance.drift import lose_much
from tests.acceptance.project import Project
from tests.acceptance.terminal import CTRL_C, Terminal, terminal

pytestmark = pytest.mark.xdist_group("interrupts")

UP = ("up", "local", "--aws", "ministack")


def _until(condition: Callable[[], bool], screen: Terminal) -> None:
    while not condition():
        assert screen.process.poll() is None, screen.shown.decode()
        time.sleep(0.01)


def _deploying(project: Project, screen: Terminal, least: int) -> None:
    """Wait until this run of the engine has begun that many steps."""

    def steps() -> int:
        return sum(each["kind"] == "step" and each["time"] > screen.began for each in project.events())

    _until(lambda: steps() >= least, screen)


def _engines(project: Project) -> list[int]:
    """Engines that run in this copy."""
    running = psutil.process_iter(["name", "cwd"])
    return [
        each.pid for each in running if each.info["name"] == "pulumi" and str(project.root) in str(each.info["cwd"])
    ]


@pytest.mark.parametrize("moment", ["at the start", "while the emulators start"])
def test_before_there_is_a_sandbox(project: Project, moment: str) -> None:
    name = moment.replace(" ", "-")
    root = project.root / ".distro" / "sandboxes" / name
    with terminal(project, "up", "local", "--sandbox", name) as screen:
        if moment == "at the start":
            _until(lambda: b"distro up local" in screen.shown, screen)
        else:
            _until(lambda: project.record(name) is not None, screen)
        screen.press(CTRL_C)
        assert screen.end() == 130, screen.shown.decode()
        assert screen.restored
    assert not root.exists()
    assert orphans.find(root) == []
    assert project.run("status", "local", "--sandbox", name, "--json").document["lock"] is None


def _once(screen: Terminal) -> None:
    screen.press(CTRL_C)


def _twice(screen: Terminal) -> None:
    screen.press(CTRL_C)
    time.sleep(0.2)
    screen.press(CTRL_C)


def _terminate(screen: Terminal) -> None:
    screen.process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize(("how", "code"), [(_once, 130), (_terminate, 143), (_twice, 130)])
def test_while_it_deploys(project: Project, how: Callable[[Terminal], None], code: int) -> None:
    with terminal(project, *UP) as screen:
        _deploying(project, screen, 100)
        how(screen)
        assert screen.end() == code, screen.shown.decode()
        assert screen.restored
        assert b"Traceback" not in screen.shown
    assert _engines(project) == []
    status = project.run("status", "local", "--json").document
    assert (status["result"], status["lock"], status["interrupted"]) == ("running", None, None)


def test_the_next_one_finishes_it(project: Project) -> None:
    project.up("default", *UP[2:])
    deployed = Deployed(project, project.variables_of())
    assert doubles(deployed) == {}
    assert deployed.up() == {}


def test_a_question_that_is_not_answered(project: Project) -> None:
    with terminal(project, "down", "local") as screen:
        _until(lambda: b"[y/N]" in screen.shown, screen)
        screen.press(CTRL_C)
        assert screen.end() == 130
        assert screen.restored
    with terminal(project, "down", "local") as screen:
        _until(lambda: b"[y/N]" in screen.shown, screen)
        screen.press(b"n\n")
        assert screen.end() == 2
    assert project.record() is not None


def test_live_progress_ends_with_a_table(project: Project) -> None:
    lose_much(Deployed(project, project.variables_of()))
    with terminal(project, *UP) as screen:
        assert screen.end() == 0
        assert screen.restored
    shown = screen.shown.decode()
    for expected in ("✔", "toolchain", "deploying", "Ready in", "API", "PostgreSQL", "distro smoke local"):
        assert expected in shown
