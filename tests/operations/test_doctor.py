"""`doctor`: each check on something that is really wrong, and mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.progress import silent
from local import firewall, orphans
from local import sandbox as clouds
from operations import doctor, sandbox
from operations.doctor.check import Check, Finding
from operations.doctor.machine import Clock, Credentials, Ports, Space
from operations.doctor.programs import Emulators, Engine, Environment, NodeJs
from operations.doctor.remains import Interrupted, Locks, Partials, Processes, Rehearsals
from operations.target import Target
from tests.driver import distro

ONE = Target(sandbox="one")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cache and records of its own for this test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for module in ("local.sandbox", "operations.target", "operations.doctor.remains", "operations.doctor.machine"):
        monkeypatch.setattr(f"{module}.state_home", lambda: tmp_path / "state")
    return tmp_path


def mended(check: Check) -> tuple[Finding, Finding]:
    """What it finds, and what it finds after it was mended."""
    (before,) = doctor.examine(silent, fix=False, checks=[check])
    (after,) = doctor.examine(silent, fix=True, checks=[check])
    return before, after


def test_every_check_has_a_name_of_its_own() -> None:
    names = [check.name for check in doctor.CHECKS]
    assert len(names) == len(set(names))


def test_the_engine(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bin_ = folders / "bin"
    bin_.mkdir()
    monkeypatch.setenv("PATH", str(bin_))
    assert Engine().look().result == "warning"
    made = folders / "cache" / "distro" / "engine" / "3.250.0" / "pulumi"
    made.parent.mkdir(parents=True)
    made.write_text("not a program")
    made.chmod(0o755)
    assert Engine().look().result == "broken"
    made.write_text("#!/bin/sh\necho v3.250.0\n")
    assert Engine().look() == Finding("engine", "ok", f"pulumi 3.250.0 ({made})")


def test_emulators_that_are_not_there(folders: Path) -> None:
    assert folders.exists()
    finding = Emulators().look()
    assert (finding.result, finding.detail) == ("warning", "localstack, lambda, moto, ministack: not installed yet")


def test_no_node(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folders))
    (finding,) = doctor.examine(silent, fix=False, checks=[NodeJs()])
    assert finding.result == "broken"
    assert finding.hint


def test_this_environment() -> None:
    assert Environment().look().result == "ok"


def test_an_environment_of_another_lock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements.lock").write_text("old")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert Environment().look().result == "broken"


def test_credentials_are_named_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-value")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/canary-value.json")
    finding = Credentials().look()
    assert finding.result == "warning"
    assert "AWS_SECRET_ACCESS_KEY, GOOGLE_APPLICATION_CREDENTIALS" in finding.detail
    assert "canary" not in str(finding)


def test_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Clock().look().result in {"ok", "warning"}
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)
    assert "before the newest commit" in Clock().look().detail


def test_space(folders: Path) -> None:
    assert folders.exists()
    assert Space().look().result in {"ok", "warning"}


def test_ports(folders: Path) -> None:
    assert folders.exists()
    assert Ports().look() == Finding("ports", "ok", "0 of running sandboxes answer")


def test_a_lock_of_an_engine_that_is_gone(folders: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lock = sandbox.workspace(ONE).state / ".pulumi" / "locks" / "organization" / "distro" / "local" / "x.json"
    lock.parent.mkdir(parents=True)
    lock.write_text(json.dumps({"pid": gone.pid}))
    assert folders in lock.parents
    before, after = mended(Locks())
    assert before == Finding("locks", "broken", "the engine's lock of local · sandbox one", before.hint)
    assert after.result == "ok"
    lock.write_text(json.dumps({"pid": os.getpid()}))
    assert Locks().look().result == "ok"


def test_a_sandbox_without_supervisor_and_its_processes(folders: Path) -> None:
    root = clouds.home("lost")
    root.mkdir(parents=True)
    assert folders in root.parents
    mark = {firewall.MARKER: orphans.marker(root, "generation", orphans.CHILD, "moto")}
    orphan = subprocess.Popen(["sleep", "60"], env={**os.environ, **mark})
    try:
        while not orphans.find(root):
            time.sleep(0.01)
        assert Locks().look().result == "broken"
        before, after = mended(Processes())
        assert str(orphan.pid) in before.detail
        assert after.result == "ok"
        assert orphan.wait(timeout=5) == -9
    finally:
        orphan.kill()
        orphan.wait()
    assert mended(Locks())[1].result == "ok"
    assert not root.exists()


def test_an_interrupted_operation(folders: Path) -> None:
    records = ONE.home / "operations.jsonl"
    records.parent.mkdir(parents=True)
    assert folders in records.parents
    records.write_text(
        json.dumps({"schema": 1, "id": "a", "event": "started", "command": "up local", "at": "2026"}) + "\n"
    )
    finding = Interrupted().look()
    assert (finding.result, finding.detail) == ("warning", "interrupted: `up local` of local · sandbox one")


def test_the_folder_of_a_rehearsal_that_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert Rehearsals().look() == Finding("rehearsals", "ok", "none is left")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    script = (
        "import time; from pathlib import Path; from promotion.rehearsal import performance as p\n"
        "p.Stage.raise_up = lambda *_: (print('up', flush=True), time.sleep(60))\n"
        "p.rehearse(Path.cwd(), print, keep=False)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as rehearsing:
        assert rehearsing.stdout
        assert rehearsing.stdout.readline() == "up\n"
        assert Rehearsals().look().result == "ok", "it is at work"
        rehearsing.kill()
    (folder,) = tmp_path.iterdir()
    found = Rehearsals().look()
    assert (found.result, found.detail) == ("warning", f"left: {folder}")
    assert f"cd {folder / 'clone'} && ./distro --rehearse down --all --yes" in (found.hint or "")


def test_half_made_things(folders: Path) -> None:
    partial = folders / "cache" / "distro" / "moto" / ".0123.partial"
    (partial / "lib").mkdir(parents=True)
    before, after = mended(Partials())
    assert (before.result, before.detail) == ("warning", str(partial))
    assert after.result == "ok"
    assert not partial.exists()


def test_the_command(tmp_path: Path) -> None:
    finished = distro("doctor", "--json", environment={"XDG_CACHE_HOME": str(tmp_path), "AWS_PROFILE": "canary-value"})
    document = finished.document
    assert document.keys() == {"result", "checks"}
    assert [check["name"] for check in document["checks"]] == [check.name for check in doctor.CHECKS]
    assert all(check.keys() == {"name", "result", "detail", "hint"} for check in document["checks"])
    broken = any(check["result"] == "broken" for check in document["checks"])
    assert (finished.code, document["result"]) == ((1, "broken") if broken else (0, "ok"))
    assert "canary" not in finished.output + finished.errors
