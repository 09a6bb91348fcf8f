"""Virtual environments from lock files with hashes: by uv where it is at hand, by venv and pip otherwise."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.provisioning.tools import Tool, ToolFailed, run

_PROBE_SECONDS = 10
_TELLING = (
    "Resolved",
    "Building",
    "Built",
    "Downloading",
    "Downloaded",
    "Prepared",
    "Installed",
    "Installing",
    "Collecting",
)
"""How those lines of uv and pip begin that tell how far they are."""


@dataclass(frozen=True)
class Installer:
    """What makes environments: with `uv`, or where it is None with the interpreter's own venv and pip.

    `lock` is held by every program that is run; `on_line` gets their output.
    """

    uv: Path | None
    on_line: Callable[[str], None]
    lock: int | None = None

    def create(self, folder: Path, *locks: Path) -> None:
        """Make an environment of this interpreter's version in `folder` with what the lock files name.

        It may be moved afterwards as long as its programs are run by `python -m`. Raises `ToolFailed`.
        """
        python = str(base_interpreter())
        if self.uv:
            self._run([self.uv, "venv", "--quiet", "--relocatable", "--python", python, folder])
        else:
            self._run([python, "-m", "venv", folder])
        self.install(folder, *locks)

    def install(self, folder: Path, *locks: Path) -> None:
        """Install what the lock files name into an environment; nothing without its hash. Raises `ToolFailed`."""
        python = folder / "bin" / "python"
        # They name everything: looking for dependencies would fetch each package's metadata for nothing.
        required = ["--no-deps", *(part for path in locks for part in ("-r", str(path)))]
        if self.uv:
            self._run([self.uv, "pip", "install", "--require-hashes", "--python", python, *required])
        else:
            quiet = ["--disable-pip-version-check", "--no-input"]
            self._run([python, "-m", "pip", "install", *quiet, "--require-hashes", *required])

    def unpack(self, folder: Path, lock: Path) -> None:
        """Put the files of what the lock file names into `folder`, without an environment and without dependencies."""
        options = ["--require-hashes", "--no-deps", "--target", str(folder), "-r", str(lock)]
        if self.uv:
            self._run([self.uv, "pip", "install", "--python", base_interpreter(), *options])
        else:
            self._run([base_interpreter(), "-m", "pip", "install", "--disable-pip-version-check", *options])

    def compile(self, folder: Path, *, skip: str = "$^") -> None:
        """Compile an environment's modules except paths that match `skip`: the first start then need not.

        By one process: the workers of `-j` would outlive a killed one, idle for good and holding the lock.
        """
        python = folder / "bin" / "python"
        with contextlib.suppress(ToolFailed):  # templates and files of Python 2, which nothing imports
            self._run([python, "-m", "compileall", "-q", "-x", skip, folder / "lib"])

    def _run(self, argv: Sequence[str | Path]) -> None:
        run(Tool(argv, lock=self.lock), self._tell)

    def _tell(self, line: str) -> None:
        if line.startswith(_TELLING):
            self.on_line(line[0].lower() + line[1:])


def base_interpreter() -> Path:
    """The interpreter that the running one was made from: environments must not hang on another environment."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable)


def find_uv() -> Path | None:
    """A uv that runs: the environment's own, else the one on PATH (which may be a version manager's shim for none)."""
    own = Path(sysconfig.get_path("scripts")) / "uv"
    candidates = [str(own), shutil.which("uv")]
    return next((Path(each) for each in candidates if each and _runs(each)), None)


def _runs(program: str) -> bool:
    try:
        probe = subprocess.run([program, "--version"], capture_output=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0
