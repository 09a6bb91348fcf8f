"""The lock and the record of operations, with real processes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.operation import holder, operation, unfinished
from infra.errors import EnvironmentBusy, OperationFailed, UsageError

HOLD = """
import sys, time
from pathlib import Path
from typing import Any
from engine.operation import operation
with operation(Path(sys.argv[1]), "up local", Path("none")):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def holding(home: Path, script: str = HOLD) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the environment; killed at the end."""
    with subprocess.Popen([sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def held(process: subprocess.Popen[str]) -> bool:
    """Wait until it holds."""
    assert process.stdout is not None
    return process.stdout.readline() == "held\n"


def fail(home: Path, state: Path) -> None:
    """An operation that fails."""
    with operation(home, "up local", state):
        raise OperationFailed("no")


def records(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "operations.jsonl").read_text().splitlines()]


def test_a_second_holder_is_refused_at_once_and_told_who(tmp_path: Path) -> None:
    with holding(tmp_path) as other:
        assert held(other)
        with (
            pytest.raises(EnvironmentBusy, match=f"`distro up local` .*pid {other.pid}"),
            operation(tmp_path, "down", tmp_path),
        ):
            pass
        found = holder(tmp_path)
        assert found is not None
        assert (found.pid, found.command) == (other.pid, "up local")


def test_waiting_gets_it_when_the_holder_ends(tmp_path: Path) -> None:
    with holding(tmp_path) as other:
        assert held(other)
        other.send_signal(signal.SIGKILL)
        with operation(tmp_path, "up local", tmp_path / "state", wait=30):
            assert holder(tmp_path) is not None
    assert holder(tmp_path) is None


def test_a_killed_operation_is_seen_by_the_next(tmp_path: Path) -> None:
    with holding(tmp_path) as other:
        assert held(other)
    assert unfinished(tmp_path) == "up local"
    with operation(tmp_path, "up local", tmp_path / "state") as current:
        assert current.interrupted == "up local"
    assert not unfinished(tmp_path)


def test_intent_and_result_are_recorded_with_the_state_before_and_after(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with operation(tmp_path, "up local", state):
        state.write_text("{}")
    with pytest.raises(OperationFailed):
        fail(tmp_path, state)
    first, second = records(tmp_path)[:2], records(tmp_path)[2:]
    assert [entry["event"] for entry in first] == ["started", "ended"]
    assert first[0]["state"] is None
    assert first[1]["state"] == second[0]["state"]
    assert first[1]["result"] == "done"
    assert second[1]["result"] == "failed (1)"


def test_a_removed_lock_file_does_not_let_two_in(tmp_path: Path) -> None:
    script = HOLD.replace('Path("none")', 'Path("none"), wait=30')
    with operation(tmp_path, "down", tmp_path / "state"):
        waiting = holding(tmp_path, script)
        process = waiting.__enter__()
        time.sleep(0.4)
        (tmp_path / "lock").unlink()
    try:
        assert held(process)
        with pytest.raises(EnvironmentBusy), operation(tmp_path, "up", tmp_path / "state"):
            pass
    finally:
        waiting.__exit__(None, None, None)


@pytest.mark.skipif(sys.platform != "linux", reason="chattr-like refusal is made with a file in the way")
def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"), operation(tmp_path / "file" / "home", "up", tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
