"""The program source: which program the engine runs, and the process that runs it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from infra.errors import OperationFailed
from infra.paths import project_root

MASK = "[secret]"


@dataclass(frozen=True)
class Outputs:
    """A stack's outputs: `clear` holds every value, `secret` names those that are never shown."""

    clear: Mapping[str, Any] = field(default_factory=dict, repr=False)
    secret: frozenset[str] = frozenset()

    def shown(self) -> dict[str, Any]:
        """The outputs for people and logs: secret ones masked."""
        return {name: MASK if name in self.secret else value for name, value in self.clear.items()}


@dataclass(frozen=True)
class WarmHost:
    """Where an `engine.warm` process listens, the token that it wants, and its log."""

    port: int
    token: str = field(repr=False)
    log: Path


@dataclass(frozen=True)
class ProgramSource:
    """A Pulumi program: a folder to import it from, its entry, and the interpreter with its locked environment.

    The working tree uses the interpreter that runs the command line; a release brings its own, and `variables` that
    its program reads. With `warm`, a process of that interpreter is running already, everything imported. `wrapper` is
    the beginning of the command that starts it: a program that confines itself and becomes the rest.
    """

    root: Path
    entry: str = "infra.program:main"
    python: Path = Path(sys.executable)
    warm: WarmHost | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    wrapper: tuple[str, ...] = ()

    def host(self, environment: Mapping[str, str], log: Path) -> ProgramHost:
        """Start a program host with nothing but these variables.

        Its standard error goes to `log`, that of a warm one to the log of the process that it is forked from.
        """
        return self._forked(self.warm, environment) if self.warm else self._spawned(environment, log)

    def start(self, module: str, *arguments: str, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
        """Run a module of its `engine` as itself, with nothing but these variables; it ends with its standard input.

        It answers on its standard output; its standard error goes to `log`.
        """
        with log.open("wb") as errors:
            return subprocess.Popen(
                [*self.wrapper, str(self.python), "-m", module, "--source", str(self.root), *arguments],
                cwd=self.root,
                env={**environment, **self.variables, "PYTHONPATH": self._python_path()},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # a Ctrl-C at the terminal is the engine's to handle
            )

    def _python_path(self) -> str:
        """A checkout brings its own host; a bare program borrows this one."""
        own = (self.root / "engine" / "host.py").exists()
        return os.pathsep.join([str(self.root), *([] if own else [str(project_root())])])

    def _spawned(self, environment: Mapping[str, str], log: Path) -> ProgramHost:
        process = self.start("engine.host", "--program", self.entry, environment=environment, log=log)
        return ProgramHost(answers(process), lambda: _end(process), log)

    def _forked(self, warm: WarmHost, environment: Mapping[str, str]) -> ProgramHost:
        request = {"token": warm.token, "source": str(self.root), "program": self.entry}
        variables = {**environment, **self.variables, "PYTHONPATH": self._python_path()}
        try:
            connection = socket.create_connection(("127.0.0.1", warm.port))
            connection.sendall(json.dumps({**request, "environment": variables}).encode() + b"\n")
        except OSError as error:
            raise OperationFailed(f"The sandbox's program host does not answer: {error}.") from error
        return ProgramHost(connection.makefile("rb"), lambda: _hang_up(connection), warm.log)


def answers(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """What a process that `ProgramSource.start` began answers."""
    assert process.stdout is not None  # noqa: S101 -- it was asked for
    return process.stdout


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close its input, which ends it; kill it if it does not."""
    assert process.stdin is not None  # noqa: S101
    process.stdin.close()
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _hang_up(connection: socket.socket) -> None:
    """End a forked host: it reads the end of its input."""
    with connection:
        connection.shutdown(socket.SHUT_RDWR)


class ProgramHost:
    """A running program host: ends with the block."""

    def __init__(self, answers: IO[bytes], end: Callable[[], None], log: Path) -> None:
        self._answers = answers
        self._end = end
        self._log = log

    def __enter__(self) -> Self:
        """Nothing to wait for yet: `address` waits."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.close()

    def close(self) -> None:
        """End it."""
        try:
            self._end()
        except OSError:
            return  # it is gone already
        finally:
            self._answers.close()

    def address(self) -> str:
        """`host:port` once it listens. Raises OperationFailed, with its last words, if it cannot be imported."""
        message = self._receive()
        if message is None:
            raise OperationFailed(f"The Pulumi program could not be loaded.\n{self.tail()}")
        return f"127.0.0.1:{message['port']}"

    def outputs(self) -> Outputs:
        """The stack's outputs of the run that just ended well."""
        message = self._receive()
        if message is None:
            raise OperationFailed(f"The program's process died before it gave its outputs.\n{self.tail()}")
        return Outputs(message["outputs"], frozenset(message["secret"]))

    def tail(self, lines: int = 20) -> str:
        """The last lines that the program wrote to standard error."""
        try:
            return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""

    def _receive(self) -> dict[str, Any] | None:
        try:
            line = self._answers.readline()
        except ConnectionError:
            return None
        return json.loads(line) if line else None
