"""Killed at any moment, without room, without rights: the next start succeeds and nothing is left."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.errors import OperationFailed
from infra.paths import project_root
from local import generation as generation_module
from local import lock, orphans, sandbox
from local import starting as starting_module
from local.sandbox import SandboxRequest

NAME = "shaken"
REQUEST = SandboxRequest(name=NAME, profile="ministack", runtime="host")
START = f"""
import sys
sys.path.insert(0, {str(project_root())!r})
from pathlib import Path
from infra.errors import DistroError
from local import sandbox
sandbox.state_home = lambda: Path(sys.argv[1])
try:
    request = sandbox.{REQUEST!r}
    sandbox.start(request, lambda step: print(step.item, step.state, flush=True))
except DistroError as error:
    print(error.message)
    sys.exit(error.exit_code)
"""


def starting(home: Path) -> subprocess.Popen[str]:
    command = (sys.executable, "-c", START, str(home))
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("seconds", [0.1, 0.25, 0.4, 0.8, 1.6])
def test_the_next_start_succeeds_after_the_starting_process_was_killed(sandboxes: Path, seconds: float) -> None:
    with starting(sandboxes.parent) as process:
        time.sleep(seconds)
        process.kill()
    found = sandbox.start(REQUEST)
    assert {component.state for component in found.components.values()} == {"running"}
    assert len(orphans.find(found.root, found.generation, "supervisor")) == 2
    assert len(orphans.find(found.root)) >= len(found.components)
    sandbox.stop(NAME)
    assert orphans.find(found.root) == []
    assert list(sandboxes.iterdir()) == []


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.3, 0.8])
def test_the_next_start_succeeds_after_the_supervisor_was_killed_while_starting(
    sandboxes: Path, seconds: float
) -> None:
    root = sandboxes / NAME
    with starting(sandboxes.parent) as process:
        deadline = time.monotonic() + 20
        while not orphans.find(root) and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(seconds)
        os.kill(min(orphans.find(root)), signal.SIGKILL)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 1, output
    found = sandbox.start(REQUEST)
    assert {component.state for component in found.components.values()} == {"running"}


def test_an_interrupted_start_goes_on_by_itself_and_can_be_joined(sandboxes: Path) -> None:
    with starting(sandboxes.parent) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while not lock.is_held(sandbox.lock_file(NAME)) or sandbox.load(NAME) is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
    first = sandbox.load(NAME)
    assert first is not None
    assert sandbox.start(REQUEST).generation == first.generation


def test_a_folder_that_cannot_be_written_is_one_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(sandbox, "state_home", lambda: tmp_path / "file")
    with pytest.raises(OperationFailed, match=r"Sandboxes cannot be kept in .*: Not a directory"):
        sandbox.start(REQUEST)


@pytest.mark.parametrize(
    ("options", "said"),
    [("ro", "cannot be kept in .*Read-only file system"), ("size=8m", "is full: [0-9] MB are free")],
)
def test_a_read_only_or_full_disk_is_one_clear_error(tmp_path: Path, options: str, said: str) -> None:
    finished = _on_a_disk(tmp_path, options, START)
    assert finished.returncode == 1, finished.stderr
    assert len(finished.stdout.splitlines()) == 1
    assert re.search(said, finished.stdout)


def test_a_disk_that_fills_up_during_the_start_leaves_nothing(tmp_path: Path) -> None:
    unaware = START.replace(
        "sandbox.state_home =", "from local import starting\nstarting.SPACE = 0\nsandbox.state_home ="
    )
    looking = """
    from local import orphans
    print(orphans.find(Path(sys.argv[1]) / "sandboxes" / request.name))
"""
    finished = _on_a_disk(tmp_path, "size=8m", unaware.replace("    print(error.message)\n", SAY + looking))
    assert finished.returncode == 1, finished.stderr
    assert "No space left on device" in finished.stdout
    assert finished.stdout.splitlines()[-1] == "[]"


SAY = "    print(error.message)\n"


def _on_a_disk(folder: Path, options: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script whose sandboxes lie on a file system of its own."""
    mount = f'mount -t tmpfs -o {options} none {folder} && exec "$@"'
    become_root = [] if os.geteuid() == 0 else ["-r"]
    probe = ("unshare", "-m", *become_root, "mount", "-t", "tmpfs", "none", str(folder))
    if shutil.which("unshare") is None or subprocess.run(probe, check=False, capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted in a namespace here")
    command = ("unshare", "-m", *become_root, "sh", "-c", mount, "sh", sys.executable, "-c", script)
    done = (*command, str(folder / ".distro"))
    return subprocess.run(done, capture_output=True, text=True, check=False, timeout=100)


@pytest.mark.parametrize("content", ["", "{", "{}", '{"schema": 99}', '{"schema": 1, "plan": {}}'])
def test_a_damaged_record_is_in_nobodys_way(sandboxes: Path, content: str) -> None:
    root = sandboxes / NAME
    root.mkdir(parents=True)
    (root / "sandbox.json").write_text(content)
    assert sandbox.load(NAME) is None
    with pytest.raises(OperationFailed, match=r"is damaged|has schema"):
        sandbox.at(root)
    sandbox.stop(NAME)
    assert sandbox.names() == []


def test_a_supervisor_that_hangs_is_told_of(sandboxes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sandboxes is not None
    found = sandbox.start(REQUEST)
    moto = found.components["moto"].pid
    assert moto is not None
    supervisor = min(orphans.find(found.root, found.generation, "supervisor"))
    os.kill(supervisor, signal.SIGSTOP)
    os.kill(moto, signal.SIGKILL)
    _until_dead("moto")
    monkeypatch.setattr(generation_module, "PATIENCE", 0.5)
    monkeypatch.setattr(starting_module, "JOIN", 1)
    with pytest.raises(OperationFailed, match="does not answer"):
        sandbox.start(REQUEST)
    sandbox.stop(NAME)
    assert orphans.find(found.root) == []


def test_a_port_that_was_taken_while_its_emulator_was_dead_is_named(sandboxes: Path) -> None:
    assert sandboxes is not None
    found = sandbox.start(REQUEST)
    moto = found.components["moto"]
    assert moto.pid is not None
    os.kill(moto.pid, signal.SIGKILL)
    _until_dead("moto")
    with socket.create_server(("127.0.0.1", found.plan.ports["moto"])):
        with pytest.raises(OperationFailed, match=f"Port {found.plan.ports['moto']} of moto is taken"):
            sandbox.start(REQUEST)
        after = sandbox.load(NAME)
        assert after is not None
        assert [each.name for each in after.components.values() if each.state != "running"] == ["moto"]
    assert sandbox.start(REQUEST).components["moto"].state == "running"


def _until_dead(component: str) -> None:
    deadline = time.monotonic() + 5
    while (found := sandbox.load(NAME)) is None or found.components[component].state != "dead":
        assert time.monotonic() < deadline
        time.sleep(0.01)
