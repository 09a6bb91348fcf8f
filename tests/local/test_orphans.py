"""Processes that lost their supervisor are found by their marker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from local import orphans
from local.firewall import MARKER


def _sleeper(marker: str) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-c", "import os, time; os.setsid(); print(flush=True); time.sleep(60)")
    process = subprocess.Popen(command, env={**os.environ, MARKER: marker}, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    return process


def test_a_sweep_ends_what_belongs_to_the_sandbox_and_nothing_else(tmp_path: Path) -> None:
    mine, other = tmp_path / "feature", tmp_path / "feature-2"
    child = _sleeper(orphans.marker(mine, "one", orphans.CHILD, "moto"))
    supervisor = _sleeper(orphans.marker(mine, "one", "supervisor"))
    neighbour = _sleeper(orphans.marker(other, "one", orphans.CHILD, "moto"))
    try:
        assert orphans.find(mine, "two") == []
        assert orphans.find(mine, "one", orphans.CHILD, "mo") == []
        assert orphans.find(mine, "one", orphans.CHILD) == [child.pid]
        assert sorted(orphans.find(mine)) == sorted((child.pid, supervisor.pid))
        assert orphans.sweep(mine) == 2
        assert orphans.find(mine) == []
        assert neighbour.poll() is None
    finally:
        for process in (child, supervisor, neighbour):
            process.kill()
            process.wait()
