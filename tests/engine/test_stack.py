"""A stack under the real engine: outputs, errors, locks, and program hosts, spawned and forked from a warm one."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from engine import events, state
from engine.program import ProgramSource, WarmHost
from engine.stack import Failed, Stack
from engine.toolchain import pulumi_binary
from engine.workspace import Workspace
from infra.errors import OperationFailed
from infra.progress import silent
from tests.engine.warming import warm_host

CANARY = "canary-secret-51c9"
PROGRAM = f"""
    import pulumi

    def main():
        pulumi.ComponentResource("distronation:test:Thing", "thing")
        pulumi.export("plain", "word")
        pulumi.export("hidden", pulumi.Output.secret("{CANARY}"))
"""


def write(source: Path, text: str) -> None:
    (source / "program.py").write_text(textwrap.dedent(text))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    write(folder, PROGRAM)
    return folder


def stack_of(tmp_path: Path, source: Path, warm: WarmHost | None = None) -> Stack:
    workspace = Workspace(tmp_path / "workspace", "local", "passphrase")
    made = Stack(workspace, ProgramSource(source, "program:main", warm=warm), pulumi_binary(silent))
    made.init()
    return made


def ignore(_: events.Event) -> None:
    """No listener."""


def test_up_gives_counts_and_outputs_and_hides_secrets(tmp_path: Path, source: Path) -> None:
    stack = stack_of(tmp_path, source)
    seen: list[events.Event] = []
    first, second = stack.up(seen.append, refresh=False), stack.up(seen.append, refresh=True)
    assert (dict(first.changes), dict(second.changes)) == ({"create": 2}, {"same": 2})
    assert dict(second.outputs.clear) == {"plain": "word", "hidden": CANARY}
    assert second.outputs.shown() == {"plain": "word", "hidden": "[secret]"}
    assert stack.outputs() == second.outputs
    assert [entry["type"] for entry in state.resources(stack.workspace.state_file)] == ["distronation:test:Thing"]
    assert CANARY not in repr(seen)
    # "program.log" and the state, the event log and what the engine keeps in its home.
    holding = [path for path in stack.workspace.directory.rglob("*") if path.is_file() and CANARY in path.read_text()]
    assert holding == []


def test_preview_changes_nothing(tmp_path: Path, source: Path) -> None:
    stack = stack_of(tmp_path, source)
    before = state.digest(stack.workspace.state_file)
    assert dict(stack.preview(ignore).changes) == {"create": 2}
    assert state.digest(stack.workspace.state_file) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def main():\n    raise ValueError('the queue has no name')", "The program failed: the queue has no name"),
        ("import there_is_no_such_module", "No module named 'there_is_no_such_module'"),
        ("def main(:", "invalid syntax"),
    ],
)
def test_an_error_of_the_program_is_told_without_its_traceback(
    tmp_path: Path, source: Path, text: str, message: str
) -> None:
    write(source, text)
    with pytest.raises(Failed, match=message) as caught:
        stack_of(tmp_path, source).up(ignore, refresh=False)
    assert "Traceback" not in str(caught.value)


def test_a_lock_left_by_a_killed_engine_is_freed(tmp_path: Path, source: Path) -> None:
    stack = stack_of(tmp_path, source)
    stack.up(ignore, refresh=False)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lock = stack.workspace.state / ".pulumi" / "locks" / "organization" / "distro" / "local" / "left.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(
        json.dumps({"pid": gone.pid, "username": "x", "hostname": "y", "timestamp": "2026-01-01T00:00:00Z"})
    )
    with pytest.raises(Failed, match="locked"):
        stack.up(ignore, refresh=False)
    stack.recover()
    stack.up(ignore, refresh=False)


def test_an_orphaned_engine_is_ended_another_program_is_left(tmp_path: Path, source: Path) -> None:
    stack = stack_of(tmp_path, source)
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    lock = stack.workspace.state / ".pulumi" / "locks" / "organization" / "distro" / "local" / "left.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(json.dumps({"pid": other.pid}))
    try:
        stack.recover()
        assert other.poll() is None
        assert not lock.exists()
    finally:
        other.kill()
        other.wait()


def test_a_warm_host_runs_what_the_source_says_now(tmp_path: Path, source: Path) -> None:
    with warm_host(tmp_path) as warm:
        stack = stack_of(tmp_path, source, warm)
        assert stack.up(ignore, refresh=False).outputs.clear["plain"] == "word"
        write(source, PROGRAM.replace('"word"', '"another"'))
        assert stack.up(ignore, refresh=False).outputs.clear["plain"] == "another"


def test_a_warm_host_gives_the_program_nothing_but_its_environment(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", CANARY)
    write(source, "import os, pulumi\ndef main():\n    pulumi.export('seen', sorted(os.environ))")
    with warm_host(tmp_path) as warm:
        seen = stack_of(tmp_path, source, warm).up(ignore, refresh=False).outputs.clear["seen"]
    assert not {"AWS_SECRET_ACCESS_KEY", "DISTRO_PROGRAM_TOKEN", "PULUMI_CONFIG_PASSPHRASE"} & set(seen)


def test_a_warm_host_serves_nobody_without_its_token(tmp_path: Path, source: Path) -> None:
    with warm_host(tmp_path) as warm:
        stack = stack_of(tmp_path, source, WarmHost(warm.port, "wrong", warm.log))
        with pytest.raises(OperationFailed, match="could not be loaded"):
            stack.up(ignore, refresh=False)
