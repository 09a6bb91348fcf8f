"""Running programs in a rehearsal, without what would lead them to the user's store, repository, keys or name."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra.errors import OperationFailed
from infra.interrupts import held_back
from local.process import kill_group

_LEFT_OUT = ("DISTRO_", "GIT_", "SSH_")
_OWN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
"""The user's hooks, signing and templates of git play no part."""
_GRACE = 120.0
"""Seconds that an interrupted command has to stop its engine cleanly."""


@dataclass(frozen=True)
class Typed:
    """How a command line ended."""

    code: int
    output: str
    errors: str


def ran(command: tuple[str, ...], folder: Path) -> None:
    """Run a short program that has to succeed. Raises OperationFailed with what it said, OSError without it."""
    done = subprocess.run(command, cwd=folder, env=_variables(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise OperationFailed(f"`{' '.join(command[:2])}` ended with {done.returncode}: {done.stderr.strip()}")


def typed(command: tuple[str, ...], folder: Path) -> Typed:
    """Run a command line to its end; whatever interrupts this stops it first."""
    begun: list[subprocess.Popen[str]] = []
    try:
        with held_back():
            begun.append(_start(command, folder))
        (process,) = begun
        output, errors = process.communicate()
    except BaseException:
        for each in begun:
            _stop(each)
        raise
    return Typed(process.returncode, output, errors)


def _start(command: tuple[str, ...], folder: Path) -> subprocess.Popen[str]:
    """In a session of its own: Ctrl-C reaches it once, as the signal that `_stop` sends."""
    return subprocess.Popen(
        command, cwd=folder, env=_variables(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace", start_new_session=True,
    )  # fmt: skip


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        kill_group(process.pid)


def _variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)} | _OWN
