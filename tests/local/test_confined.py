"""A confined command sees the system and what it is given, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from local import confinement

LOOK = "import sys; [open(place, mode).close() for mode, place in zip(sys.argv[1::2], sys.argv[2::2])]; print('seen')"


@pytest.mark.skipif(confinement.version() == 0, reason="this kernel has no Landlock")
def test_it_sees_what_it_is_given(tmp_path: Path) -> None:
    for name in ("given", "hidden", "own"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")

    def look(*words: str) -> subprocess.CompletedProcess[str]:
        prefixes = [sys.prefix, sys.base_prefix, str(tmp_path / "given")]
        options = ["--read", *prefixes, "--write", str(tmp_path / "own"), "--"]
        command = [sys.executable, "-I", "-m", "local.confined", *options, sys.executable, "-I", "-c", LOOK, *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    given, hidden, own = (str(tmp_path / name / "file") for name in ("given", "hidden", "own"))
    assert look("r", "/etc/passwd", "r", given, "w", own).stdout == "seen\n"
    for mode, place in (("r", hidden), ("w", given), ("w", str(Path.home() / ".distro-test")), ("w", "/etc/hostname")):
        assert "PermissionError" in look(mode, place).stderr
