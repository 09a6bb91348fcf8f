"""Programs that are loaded once for all runs of one command, beside its other work.

Loading the SDKs is most of a plan in which little changes, and a promotion runs its program twice.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from engine.program import ProgramHost, ProgramSource, WarmHost, answers
from engine.warm import TOKEN
from engine.workspace import ALLOWED


@dataclass
class _Loading:
    process: subprocess.Popen[bytes]
    token: str
    log: Path

    @cached_property
    def host(self) -> WarmHost:
        """Once it listens."""
        address = ProgramHost(answers(self.process), self.end, self.log).address()
        return WarmHost(int(address.rpartition(":")[2]), self.token, self.log)

    def end(self) -> None:
        """Kill it: a host that runs nothing has nothing to finish, and may be loading still."""
        self.process.kill()
        with self.process:  # waits, and closes the pipes
            pass


class Preloaded:
    """The hosts that were begun, by the folder of their program. They end with this object, and with the process."""

    def __init__(self) -> None:
        self._begun: dict[Path, _Loading] = {}
        weakref.finalize(self, _end, self._begun)

    def begin(self, source: ProgramSource, log: Path) -> None:
        """Start to load a program, unless that was begun; what it prints goes to `log`."""
        if source.root not in self._begun:
            token = secrets.token_urlsafe(16)
            kept = {name: os.environ[name] for name in ALLOWED if name in os.environ}
            process = source.start("engine.warm", "--attached", environment={**kept, TOKEN: token}, log=log)
            self._begun[source.root] = _Loading(process, token, log)

    def of(self, source: ProgramSource) -> ProgramSource:
        """The same program, run by its loaded host where one was begun. Raises OperationFailed where it has died."""
        begun = self._begun.get(source.root)
        return replace(source, warm=begun.host) if begun else source


def _end(begun: Mapping[Path, _Loading]) -> None:
    for each in begun.values():
        each.end()
