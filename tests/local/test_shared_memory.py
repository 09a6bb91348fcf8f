"""PostgreSQL's segment in the kernel goes with its data."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from local import sandbox, shared_memory
from local.emulators import postgres
from local.sandbox import SandboxRequest


def _identifiers() -> set[int]:
    listed = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return {int(line.split()[1]) for line in listed}


def test_a_killed_server_leaves_no_segment_after_stop(sandboxes: Path) -> None:
    assert sandboxes is not None
    found = sandbox.start(SandboxRequest(name="memory", profile="ministack", runtime="host"))
    data = postgres.folder(found.plan)
    segment = shared_memory._segment(data / "postmaster.pid")
    assert segment is not None
    assert segment[1] in _identifiers()
    server = found.components["postgres"].pid
    assert server is not None
    os.kill(server, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while (now := sandbox.load("memory")) and now.components["postgres"].state != "dead":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert segment[1] in _identifiers()
    sandbox.stop("memory")
    assert segment[1] not in _identifiers()


def test_a_segment_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    made = subprocess.run(("ipcmk", "-M", "56"), capture_output=True, text=True, check=True)
    identifier = int(made.stdout.split()[-1])
    try:
        (tmp_path / "postmaster.pid").write_text("\n".join(["1"] * 6 + [f"12345 {identifier}"]))
        assert not shared_memory.release(tmp_path)
        assert identifier in _identifiers()
    finally:
        subprocess.run(("ipcrm", "-m", str(identifier)), check=True)


def test_a_server_that_ended_by_itself_left_none(tmp_path: Path) -> None:
    assert not shared_memory.release(tmp_path)
    (tmp_path / "postmaster.pid").write_text("17\n")
    assert not shared_memory.release(tmp_path)
