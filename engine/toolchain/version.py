"""Which Pulumi is wanted, and which is at hand: asking a program for its version costs 0.1 s, so the answer is kept."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.paths import cache_home

VERSION = "3.250.0"
"""As in tools/engine/go.mod and requirements.in."""

_ANSWER_SECONDS = 10


@dataclass(frozen=True)
class Found:
    """A `pulumi` on PATH; `version` is empty where it does not answer."""

    program: Path
    version: str
    modified: int
    size: int

    @property
    def suits(self) -> bool:
        """Whether it has the pinned major version, and the pinned minor version or a newer one."""
        numbers = _numbers(self.version)
        wanted = _numbers(VERSION)
        return len(numbers) > 1 and numbers[0] == wanted[0] and numbers[1] >= wanted[1]


def series() -> str:
    """The pinned major.minor: `3.250`."""
    return VERSION.rpartition(".")[0]


def home() -> Path:
    """Where engines are kept."""
    return cache_home() / "engine"


def cached() -> Path:
    """Where the engine that was downloaded or built lies; it is there whole or not at all."""
    return home() / VERSION / "pulumi"


def on_path() -> Found | None:
    """The `pulumi` on PATH, suitable or not."""
    name = shutil.which("pulumi")
    if name is None:
        return None
    program = Path(name).absolute()
    status = program.stat()
    known = _remembered()
    if known and (known.program, known.modified, known.size) == (program, status.st_mtime_ns, status.st_size):
        return known
    found = Found(program, ask(program), status.st_mtime_ns, status.st_size)
    _remember(found)
    return found


def ask(program: Path) -> str:
    """What the program says its version is, without the `v`; empty where it does not answer."""
    variables = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    argv = [str(program), "version"]
    try:
        answer = subprocess.run(
            argv,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip().removeprefix("v")


def _numbers(version: str) -> tuple[int, ...]:
    matched = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(part) for part in matched.groups()) if matched else ()


def _memory() -> Path:
    return home() / "on-path.json"


def _remembered() -> Found | None:
    try:
        known = json.loads(_memory().read_text())
        return Found(**{**known, "program": Path(known["program"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _remember(found: Found) -> None:
    with contextlib.suppress(OSError):  # a cache that cannot be written costs 0.1 s each time, no more
        home().mkdir(parents=True, exist_ok=True)
        draft = _memory().with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(found), default=str))
        draft.replace(_memory())
