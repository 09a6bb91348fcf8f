"""Checkouts of tests.

A small one has the real launcher and set-up, a small command line and few requirements: set up in a second. One that is
committed is everything.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.paths import project_root

COPIED = ("distro", "tools/setup.sh", "tools/setup.py", "infra/errors.py", "infra/paths.py", "infra/provisioning")
COMMAND = """
import json, sys, click
print(json.dumps({"arguments": sys.argv[1:], "click": click.__name__, "path": sys.path[0]}))
"""
# Every variable of a proxy leads to a port where nobody listens: the registry cannot be reached.
OFFLINE = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy"), "http://127.0.0.1:9")


def go_offline(monkeypatch: pytest.MonkeyPatch, empty_cache: Path) -> None:
    """Let this process, and what it starts, reach no registry until the test ends."""
    for name, value in {**OFFLINE, "UV_CACHE_DIR": str(empty_cache), "UV_HTTP_RETRIES": "0"}.items():
        monkeypatch.setenv(name, value)
    # urllib keeps the proxies of its first call for good: the next test shall not get this one's.
    monkeypatch.setattr(urllib.request, "_opener", None)


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int
    output: str
    errors: str


@dataclass(frozen=True)
class Checkout:
    """Where it lies, and the variables that its commands get beside this process's."""

    root: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def launcher(self) -> Path:
        return self.root / "distro"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables}

    def start(self, *arguments: str, launcher: Path | None = None, cwd: Path | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(launcher or self.launcher), *arguments],
            cwd=cwd,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, launcher: Path | None = None, cwd: Path | None = None) -> Ended:
        return end(self.start(*arguments, launcher=launcher, cwd=cwd))

    def require(self, *names: str) -> None:
        """Have requirements.lock name those packages of the real one."""
        (self.root / "requirements.lock").write_text("".join(_requirement(name) for name in names))


def end(process: subprocess.Popen[str]) -> Ended:
    output, errors = process.communicate(timeout=240)
    return Ended(process.returncode, output, errors)


def make(root: Path, **variables: str) -> Checkout:
    real = project_root()
    for name in COPIED:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (real / name).is_dir() else shutil.copy2
        copy(real / name, target)
    (root / "infra" / "__init__.py").touch()
    (root / "cli").mkdir()
    (root / "cli" / "__main__.py").write_text(COMMAND)
    checkout = Checkout(root, variables)
    checkout.require("click", "uv")
    return checkout


_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", ".distro", ".*_cache", ".hypothesis", "node_modules", "__pycache__"
)
_SOMEBODY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")


def committed(root: Path) -> Path:
    """The working tree as it is now, committed there by somebody whom a rehearsal does not know."""
    shutil.copytree(project_root(), root, ignore=_LEFT_OUT)
    for words in (("init", "--quiet"), ("add", "--all"), (*_SOMEBODY, "commit", "--quiet", "--message", "All of it")):
        subprocess.run(["git", *words], cwd=root, check=True)
    (root / ".venv").symlink_to(project_root() / ".venv")
    return root


def path_of(folder: Path, *programs: str, python: Path | None = None) -> str:
    """A PATH with those programs alone, and `python3` where one is given."""
    folder.mkdir(parents=True)
    for program in ("sh", "dirname", "readlink", "cmp", "git", *programs):
        found = shutil.which(program)
        if found:
            (folder / program).symlink_to(found)
    if python:
        (folder / "python3").write_text(f'#!/bin/sh\nexec "{python}" "$@"\n')
        (folder / "python3").chmod(0o755)
    return str(folder)


def interpreter() -> Path:
    """The interpreter that this environment was made from."""
    return Path(getattr(sys, "_base_executable", sys.executable))


def _requirement(name: str) -> str:
    lines = (project_root() / "requirements.lock").read_text().splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    stop = next(number for number in range(start, len(lines)) if not lines[number].rstrip().endswith("\\"))
    return "".join(lines[start : stop + 1])
