"""What an emulator sees of the machine's files."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from infra.paths import project_root
from local import confinement, process
from local.confinement import View
from local.plan import Plan
from local.process import Launch, Stop
from local.readiness import LogLine

pytestmark = pytest.mark.skipif(confinement.version() == 0, reason="the kernel knows no Landlock")

TRY = """
import os, sys, pathlib
def tried(what, *given):
    try:
        what(*given)
    except PermissionError:
        return "refused"
    return "done"
read, write = (lambda path: open(path).read(1)), (lambda path: open(path, "w").close())
for path in sys.argv[1:]:
    print(path, tried(os.listdir if os.path.isdir(path) else read, path))
for path in sys.argv[1:]:
    print("write", path, tried(write, path + "/new" if os.path.isdir(path) else path))
print("truncate", tried(os.truncate, os.environ["KEPT"], 0))
print("ready", os.geteuid(), flush=True)
import time
time.sleep(60)
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    home = tmp_path / "home-of-the-user"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws" / "credentials").write_text("canary")
    root = home / "project" / ".distro" / "sandboxes" / "one"
    root.mkdir(parents=True)
    tools = {"cache": str(home / ".cache" / "distro")}
    (home / ".cache" / "distro").mkdir(parents=True)
    (home / ".cache" / "distro" / "kept").write_text("kept")
    return Plan("one", "g", "localstack", "host", "0", "us-east-1", "p", root, {}, tools, (home,))


def answers(plan: Plan, view: View | None, *paths: Path, never_root: bool = False) -> dict[str, str]:
    """What a process says that tries to read and to write each path."""
    log = plan.root / "log"
    wanted = Launch(
        name="curious",
        argv=(sys.executable, "-c", TRY, *(str(path) for path in paths)),
        env={"KEPT": f"{plan.tools['cache']}/kept"},
        cwd=plan.root,
        log=log,
        ready=LogLine(log, "^ready"),
        stop=Stop(grace=0),
        view=view,
        never_root=never_root,
    )
    asyncio.run(_run(wanted))
    lines = log.read_text().splitlines()
    log.unlink()
    return {line.rsplit(" ", 1)[0]: line.rsplit(" ", 1)[1] for line in lines}


async def _run(wanted: Launch) -> None:
    await (await process.start(wanted)).stop()


def test_the_home_of_the_user_is_hidden_and_what_a_sandbox_needs_is_not(plan: Plan) -> None:
    home = plan.hidden[0]
    cache = Path(plan.tools["cache"])
    seen = answers(plan, confinement.view(plan), home, home / ".aws" / "credentials", Path("/tmp"), cache, plan.root)
    assert seen[str(home)] == "refused"
    assert seen[str(home / ".aws" / "credentials")] == "refused"
    assert seen["/tmp"] == "refused"
    assert seen[str(cache)] == "done"
    assert seen[str(plan.root)] == "done"
    assert (seen[f"write {cache}"], seen[f"write {plan.root}"]) == ("refused", "done")
    assert seen["truncate"] == "refused"
    assert (plan.root / "new").exists()


def test_programs_of_the_system_can_be_read_and_nothing_else_written(plan: Plan) -> None:
    places = (Path("/usr/bin"), Path("/etc/passwd"), project_root(), Path("/dev/null"))
    seen = answers(plan, confinement.view(plan), *places)
    assert {seen[str(place)] for place in places} == {"done"}
    assert seen["write /dev/null"] == "done"
    assert {seen[f"write {place}"] for place in places[:3]} == {"refused"}


def test_without_a_view_nothing_is_hidden(plan: Plan) -> None:
    seen = answers(plan, None, plan.hidden[0])
    assert seen[str(plan.hidden[0])] == "done"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_one_that_may_not_be_root_is_confined_as_well(plan: Plan) -> None:
    seen = answers(plan, confinement.view(plan), plan.hidden[0], plan.root, never_root=True)
    assert seen["ready"] == "65534"
    assert (seen[str(plan.hidden[0])], seen[f"write {plan.root}"]) == ("refused", "done")


def test_what_is_not_there_needs_no_right(plan: Plan) -> None:
    missing = replace(plan, tools={**plan.tools, "docker-network": "host", "node": "/nowhere/bin/node"})
    assert answers(missing, confinement.view(missing), plan.root)[str(plan.root)] == "done"
