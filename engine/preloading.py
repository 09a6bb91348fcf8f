"""Programs that are loaded once for all runs of one command, beside its other work.

Loading the SDKs is most of a plan in which little changes, and a promotion runs its program twice.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from engine.program import ProgramSource, WarmHost, python_path
from engine.warm import TOKEN
from engine.workspace import ALLOWED
from infra.errors import OperationFailed


@dataclass
class _Loading:
    process: subprocess.Popen[bytes]
    token: str
    log: Path
    host: WarmHost | None = None

    def listening(self) -> WarmHost:
        if self.host is None:
            self.host = WarmHost(self._port(self.process.stdout), self.token, self.log)
        return self.host

    def _port(self, answers: IO[bytes] | None) -> int:
        line = answers.readline() if answers else b""
        if not line:
            said = self.log.read_text(errors="replace").splitlines()[-20:]
            raise OperationFailed("\n".join(["The Pulumi program could not be loaded.", *said]))
        return int(json.loads(line)["port"])


class Preloaded:
    """The hosts that were begun, by the folder of their program. They end with this object, and with the process."""

    def __init__(self) -> None:
        self._begun: dict[Path, _Loading] = {}
        weakref.finalize(self, _end, self._begun)

    def begin(self, source: ProgramSource, log: Path) -> None:
        """Start to load a program, unless that was begun; what it prints goes to `log`."""
        if source.root not in self._begun:
            self._begun[source.root] = _begin(source, log)

    def of(self, source: ProgramSource) -> ProgramSource:
        """The same program, run by its loaded host where one was begun. Raises OperationFailed where it has died."""
        begun = self._begun.get(source.root)
        return replace(source, warm=begun.listening()) if begun else source


def _end(begun: Mapping[Path, _Loading]) -> None:
    """Kill them: a host that runs nothing has nothing to finish, and may be loading still."""
    for each in begun.values():
        each.process.kill()
        with each.process:  # waits, and closes the pipes
            pass


def _begin(source: ProgramSource, log: Path) -> _Loading:
    token = secrets.token_urlsafe(16)
    kept = {name: os.environ[name] for name in ALLOWED if name in os.environ}
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*source.wrapper, str(source.python), "-m", "engine.warm", "--source", str(source.root), "--attached"],
            cwd=source.root,
            env={**kept, **source.variables, "PYTHONPATH": python_path(source.root), TOKEN: token},
            stdin=subprocess.PIPE,  # it ends when this is closed
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # a Ctrl-C at the terminal is the engine's to handle
        )
    return _Loading(process, token, log)
