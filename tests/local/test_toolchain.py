"""The emulators' environments: made once, whole or not at all; with a small lock file in the place of theirs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from infra.errors import OperationFailed
from infra.paths import project_root
from infra.progress import Progress
from local import items, toolchain
from tests.acceptance.checkout import go_offline, make

MAKE = """
import sys
from dataclasses import replace
from pathlib import Path
from local import items

ministack = items.of("ministack", "host")[0]
entry = replace(ministack, requirements=Path(sys.argv[1]))
items.ensure(entry, lambda step: print(step.state, step.detail, flush=True))
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # uv's own cache stays: what is tested here is not the network.
    cached = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    monkeypatch.setenv("UV_CACHE_DIR", os.environ.get("UV_CACHE_DIR") or f"{cached}/uv")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "distro"


@pytest.fixture
def item(tmp_path: Path) -> items.Item:
    """MiniStack's entry, with the requirements `click` and `uv`."""
    lock_file = make(tmp_path / "checkout").root / "requirements.lock"
    return replace(items.of("ministack", "host")[0], requirements=lock_file)


def test_each_profile_and_runtime_has_its_items() -> None:
    def names(profile: str, runtime: str) -> list[str]:
        return [item.name for item in items.of(profile, runtime)]

    assert names("localstack", "host") == ["localstack", "lambda", "moto"]
    assert names("localstack", "docker") == ["moto"]
    assert names("ministack", "host") == ["ministack", "lambda", "moto"]


def test_lock_files_carry_hashes_and_no_addresses() -> None:
    root = project_root()
    paths = [*root.glob("requirements*.lock"), *root.glob("tools/*/requirements.lock")]
    assert len(paths) > 2
    for path in paths:
        lines = [line for line in path.read_text().splitlines() if line[:1].isalnum()]
        assert lines, path
        assert all(line.endswith("\\") for line in lines), f"{path}: a requirement without a hash"
        assert "://" not in path.read_text(), path


def test_is_made_once_and_found_again(item: items.Item) -> None:
    steps: list[Progress] = []
    items.ensure(item, steps.append)
    assert item.present
    assert [step.state for step in steps][-1] == "done"
    subprocess.run([item.location, "-I", "-c", "import click"], check=True)
    made = item.location.stat()
    items.ensure(item, steps.append)
    assert item.location.stat() == made


def test_a_change_of_the_lock_file_makes_another_one(item: items.Item) -> None:
    before = item.place
    item.requirements.write_text(item.requirements.read_text() + "# changed\n")
    assert item.place != before


def test_an_interpreter_that_is_gone_is_seen(item: items.Item) -> None:
    items.ensure(item, lambda _: None)
    item.location.unlink()
    item.location.symlink_to("/nowhere/python")
    items.ensure(item, lambda _: None)
    assert item.location.resolve() != Path("/nowhere/python")


def test_two_at_once(item: items.Item, cache: Path) -> None:
    ended = [process.communicate(timeout=120)[0] for process in [_start(item), _start(item)]]
    assert sorted("installing" in output for output in ended) == [False, True]
    assert [path.name for path in (cache / "ministack").iterdir() if path.suffix != ".lock"] == [item.place.name]


def test_killed_in_the_middle(item: items.Item, cache: Path) -> None:
    process = _start(item)
    deadline = time.monotonic() + 30
    while not list((cache / "ministack").glob(".*.partial/bin")):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not item.place.exists()
    output, errors = _start(item).communicate(timeout=120)
    assert "done" in output, errors
    assert item.present
    assert not list((cache / "ministack").glob(".*.partial"))


def test_offline(item: items.Item, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_offline(monkeypatch, tmp_path / "empty")
    steps: list[Progress] = []
    with pytest.raises(OperationFailed, match="ministack cannot be installed"):
        items.ensure(item, steps.append)
    assert steps[-1].state == "failed"
    assert not item.place.exists()


def test_what_is_missing_is_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(item: items.Item, _: object) -> None:
        raise OperationFailed(f"{item.name} failed", hint="Check the network.")

    def bundle(_: object) -> Path:
        raise OperationFailed("no Node.js", hint="Install Node.js.")

    monkeypatch.setattr(items, "ensure", fail)
    monkeypatch.setattr("local.emulators.firebase_auth.ensure_bundle", bundle)
    with pytest.raises(OperationFailed) as raised:
        toolchain.ensure("localstack", "host", lambda _: None)
    assert raised.value.message.splitlines() == ["no Node.js", "localstack failed", "lambda failed", "moto failed"]
    assert raised.value.hint == "Install Node.js.\nCheck the network."


def _start(item: items.Item) -> subprocess.Popen[str]:
    argv = [sys.executable, "-c", MAKE, str(item.requirements)]
    pipe = subprocess.PIPE
    return subprocess.Popen(argv, cwd=project_root(), stdout=pipe, stderr=pipe, text=True)
