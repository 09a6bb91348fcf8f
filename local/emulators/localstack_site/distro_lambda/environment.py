"""One execution environment of a function (Lambda Developer Guide, "Understanding the execution environment").

Knows nothing of the AWS emulator that it serves: `executor` is LocalStack's side of it, MiniStack has its own.
"""

from __future__ import annotations

import http.client
import os
import pwd
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from distro_lambda import report, runtime_packages
from distro_lambda.answer import Answer
from distro_lambda.emulator import Command, Emulator, Request
from distro_lambda.place import Place
from distro_lambda.processes import NotStarted
from distro_lambda.settings import Settings

_USERS_HOME = Path(pwd.getpwuid(os.getuid()).pw_dir)
_PYTHON = (Path(sys.base_prefix), Path(sys.prefix), Path(__file__).parent)
"""What a function's process needs to run at all."""


@dataclass(frozen=True)
class Function:
    """What is run: one version of a function."""

    handler: str
    version: str
    memory_size: int
    """MB."""
    timeout: int
    """Seconds."""
    code: Path
    """The folder that its archive was unpacked into."""
    variables: Callable[[Place, Path], Mapping[str, str]]
    """All variables, once the environment's place and the folder with the runtime's packages are known."""


class Environment:
    """Started, sent one invocation at a time, and stopped."""

    def __init__(self, id: str, function: Function, settings: Settings) -> None:
        self.id = id
        self._function = function
        self._settings = settings
        self._place = Place(settings.folder / id)
        self._emulator: Emulator | None = None
        self._command: Command | None = None
        self._init_duration: float | None = None
        self._init_output = ""
        # Held during an invocation: one that runs when the environment is dropped may come to its end.
        self._busy = threading.Lock()

    def start(self) -> None:
        """Make the environment and initialise the function in it; raises NotStarted."""
        Place.make(self._place.root, self._function.code)
        self._command = self._make_command()
        began = time.monotonic()
        self._emulator = Emulator(self._command)
        try:
            self._emulator.initialise()
        except (OSError, http.client.HTTPException):
            self._drop_emulator()
        self._init_duration = (time.monotonic() - began) * 1000
        self._init_output = self._place.take_output()

    def stop(self) -> None:
        """End the environment: at once, or when the invocation that runs in it is done."""
        threading.Thread(target=self._stop, name=f"stop-{self.id}", daemon=True).start()

    def _stop(self) -> None:
        with self._busy:
            self._drop_emulator()
            self._place.remove()

    def invoke(self, request: Request) -> tuple[Answer, str]:
        """Hand an event to the handler and wait for its end; the answer, and the log of the invocation."""
        with self._busy:
            began = time.monotonic()
            answer = self._ask(request)
            if answer.environment_is_lost:
                self._drop_emulator()
            duration = (time.monotonic() - began) * 1000
            return answer, self._log(request, answer, duration)

    def output(self) -> str:
        """What the environment wrote outside of invocations."""
        try:
            return self._init_output + self._place.output.read_text(errors="replace")
        except FileNotFoundError:
            return self._init_output

    def _make_command(self) -> Command:
        packages = runtime_packages.link(self._settings.folder / "runtime")
        return Command(
            emulator=self._settings.emulator,
            handler=self._function.handler,
            env=self._function.variables(self._place, packages),
            folder=self._place.task,
            output=self._place.output,
            over={Path("/tmp"): self._place.temporary, _USERS_HOME: self._place.home},  # noqa: S108 - hidden, not used
            keep=(self._place.root, packages, self._settings.emulator.parent, *_PYTHON),
            ports=self._settings.ports,
        )

    def _ask(self, request: Request) -> Answer:
        try:
            emulator = self._emulator = self._emulator or self._another()
            return Answer.read(*emulator.post(request, self._function.timeout), request.id)
        except TimeoutError:
            return Answer.timed_out(request.id, self._function.timeout)
        except (OSError, http.client.HTTPException, NotStarted) as error:
            return Answer.failure("Sandbox.Failure", request.id, f"The execution environment is gone: {error}")

    def _another(self) -> Emulator:
        if self._command is None:
            raise NotStarted(f"the execution environment {self.id} was never started")
        return Emulator(self._command)

    def _drop_emulator(self) -> None:
        if self._emulator is not None:
            self._emulator.end()
            self._emulator = None

    def _log(self, request: Request, answer: Answer, duration: float) -> str:
        invocation = report.Invocation(
            request_id=request.id,
            version=self._function.version,
            memory_size=self._function.memory_size,
            duration=duration,
            init_duration=self._init_duration,
            answer=answer,
        )
        text = report.render(invocation, self._place.take_output(), init_output=self._init_output)
        self._init_duration, self._init_output = None, ""
        return text
