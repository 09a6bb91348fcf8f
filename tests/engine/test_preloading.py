"""Programs that are loaded once for several runs: the same results, their own errors, and an end with their caller."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from engine import events
from engine.preloading import Preloaded
from engine.program import ProgramSource
from engine.stack import Failed, Stack
from engine.toolchain import pulumi_binary
from engine.workspace import Workspace
from infra.errors import OperationFailed
from infra.paths import project_root
from infra.progress import silent

PROGRAM = """
    import os
    import pulumi

    LOADED_BY = os.getpid()

    def main():
        pulumi.export("loaded", LOADED_BY)
        pulumi.export("ran", os.getpid())
        pulumi.export("canary", os.environ.get("DISTRO_CANARY", "none"))
"""
ABANDONED = """
import sys, time
from pathlib import Path
from engine.preloading import Preloaded
from engine.program import ProgramSource
hosts = Preloaded()
source = ProgramSource(Path(sys.argv[1]))
hosts.begin(source, Path(sys.argv[1], "log"))
hosts.of(source)
print(hosts._begun[source.root].process.pid, flush=True)
time.sleep(60)
"""


def ignore(_: events.Event) -> None:
    """No listener."""


def source(folder: Path, text: str) -> ProgramSource:
    (folder / "infra").mkdir(parents=True)
    (folder / "infra" / "__init__.py").touch()
    (folder / "infra" / "program.py").write_text(textwrap.dedent(text))
    return ProgramSource(folder)


def stack(folder: Path, program: ProgramSource) -> Stack:
    made = Stack(Workspace(folder / "workspace", "dev", "passphrase"), program, pulumi_binary(silent))
    made.init()
    return made


def test_it_is_loaded_once_and_run_as_often_as_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRO_CANARY", "seen")
    program, hosts = source(tmp_path / "source", PROGRAM), Preloaded()
    hosts.begin(program, tmp_path / "log")
    hosts.begin(program, tmp_path / "log")
    made = stack(tmp_path, hosts.of(program))
    made.plan(ignore)
    first, second = (made.up(ignore, refresh=False).outputs.clear for _ in range(2))
    assert first["loaded"] == second["loaded"]
    assert len({first["loaded"], first["ran"], second["ran"]}) == 3
    assert first["canary"] == "none"


def test_one_that_was_not_begun_is_run_as_it_is(tmp_path: Path) -> None:
    program = source(tmp_path / "source", PROGRAM)
    assert Preloaded().of(program) is program


def test_a_program_that_cannot_be_loaded_fails_in_its_run(tmp_path: Path) -> None:
    program, hosts = source(tmp_path / "source", "raise ValueError('no good')"), Preloaded()
    hosts.begin(program, tmp_path / "log")
    with pytest.raises(Failed, match="no good"):
        stack(tmp_path, hosts.of(program)).preview(ignore)


def test_an_interpreter_without_what_it_takes_says_so(tmp_path: Path) -> None:
    program, hosts = source(tmp_path / "source", PROGRAM), Preloaded()
    hosts.begin(
        ProgramSource(program.root, wrapper=("/bin/sh", "-c", "echo no such module >&2; exit 3")), tmp_path / "log"
    )
    with pytest.raises(OperationFailed, match=r"(?s)could not be loaded.*no such module"):
        hosts.of(program)


def test_it_ends_with_its_caller_however_that_ends(tmp_path: Path) -> None:
    program = source(tmp_path / "source", PROGRAM)
    caller = subprocess.Popen(
        [sys.executable, "-c", ABANDONED, str(program.root)], cwd=project_root(), stdout=subprocess.PIPE, text=True
    )
    with caller:
        pid = int(caller.stdout.readline() if caller.stdout else "")
        assert psutil.pid_exists(pid)
        caller.kill()
    end = time.monotonic() + 20
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        time.sleep(0.02)
