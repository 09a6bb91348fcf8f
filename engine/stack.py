"""One stack: the operations that the engine runs on it, and what they answer.

The Automation API's protocol (program host, event stream, `--exec-kind auto.inline`) without its `Stack` class: each
`Stack.up()` starts the command line three times more for outputs and history that are known already (0.9 s), and a
Ctrl-C kills its child (pulumi #9103). docs/decisions/0002 has the measurements.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine import events, runner, state
from engine.canonical import State, canonical
from engine.program import Outputs, ProgramSource
from engine.workspace import Workspace
from infra.errors import OperationFailed

_COMMON = ("--non-interactive", "--color", "never", "--suppress-outputs", "--suppress-permalink")
_PARALLEL = 32


@dataclass(frozen=True)
class Update:
    """What an operation did: resources an operation, the stack's outputs and the seconds it took."""

    changes: Mapping[str, int]
    outputs: Outputs = field(default_factory=Outputs)
    seconds: float = 0.0


class Failed(OperationFailed):
    """The engine ended with an error; `diagnostics` say why, `done` counts the steps that were finished before."""

    def __init__(self, message: str, *, diagnostics: Sequence[events.Diagnostic], done: int, hint: str | None) -> None:
        super().__init__(message, hint=hint)
        self.diagnostics = tuple(diagnostics)
        self.done = done


class Stack:
    """A stack in its workspace, deployed from a program source."""

    def __init__(self, workspace: Workspace, source: ProgramSource, pulumi: Path) -> None:
        self.workspace = workspace
        self.source = source
        self._pulumi = pulumi

    def init(self) -> None:
        """Make the workspace and the stack in its backend, unless they are there."""
        self.workspace.create()
        if not self.workspace.state_file.exists():
            self._command("stack", "init", self.workspace.stack)

    def up(self, listener: events.Listener, *, refresh: bool) -> Update:
        """Deploy. With `refresh` each resource is read back first, so that what was changed elsewhere is mended."""
        arguments = ["--yes", "--skip-preview", "--skip-plugin-pre-install", *(["--refresh"] if refresh else [])]
        return self._program_operation("up", arguments, listener)

    def preview(
        self, listener: events.Listener, *, refresh: bool = False, witness: events.Witness | None = None
    ) -> Update:
        """What `up` would do; nothing is changed. The witness sees each resource with its inputs."""
        return self._program_operation("preview", ["--refresh"] if refresh else [], listener, witness)

    def refresh(
        self, listener: events.Listener, *, preview_only: bool = False, witness: events.Witness | None = None
    ) -> Update:
        """Read every resource back; with `preview_only` the state is left alone."""
        mode = ["--preview-only"] if preview_only else ["--yes", "--skip-preview"]
        return self._operation("refresh", mode, listener, witness)

    def plan(self, listener: events.Listener, *, exclude: Iterable[str] = ()) -> bytes:
        """What `apply` would do, from the state as it is, as the engine's own plan; nothing is changed.

        `exclude` are URNs of resources that stay as they are, and with them what they depend on.
        """
        place = self.workspace.directory / "plan.json"
        with _private(place, b""):
            self._program_operation("preview", ["--save-plan", str(place), *_excluding(exclude)], listener)
            return place.read_bytes()

    def apply(self, listener: events.Listener, plan: bytes, *, exclude: Iterable[str] = ()) -> Update:
        """Do what a plan says, and nothing else: a step that it lacks ends with an error.

        The plan does not bind the state that it starts from: the caller compares that before (`canonical`). `exclude`
        has to be what the plan was made with. The same plan again completes what failed part-way.
        """
        place = self.workspace.directory / "plan.json"
        arguments = ["--yes", "--skip-preview", "--skip-plugin-pre-install", "--plan", str(place)]
        with _private(place, plan):
            return self._program_operation("up", [*arguments, *_excluding(exclude)], listener)

    def canonical(self, key: bytes) -> State:
        """The state without what changes by itself, secrets as digests under `key`."""
        return canonical(self._command("stack", "export", "--show-secrets", "--stack", self.workspace.stack), key)

    def destroy(self, listener: events.Listener) -> Update:
        """Delete every resource of the stack."""
        return self._operation("destroy", ["--yes", "--skip-preview"], listener)

    def remove(self) -> None:
        """Forget the stack, which has no resources any more."""
        self._command("stack", "rm", self.workspace.stack, "--yes")

    def keep(self, key: str, secret: str) -> None:
        """Have a secret in the stack's configuration, encrypted; one that is there stays."""
        file = self.workspace.directory / f"Pulumi.{self.workspace.stack}.yaml"
        if not file.exists() or f"{key}:" not in file.read_text():
            self._command("config", "set", key, "--secret", "--stack", self.workspace.stack, given=secret)

    def outputs(self) -> Outputs:
        """The stack's outputs as its state has them; the engine is asked only where it has to decrypt."""
        values, secret = state.outputs(self.workspace.state_file)
        if secret:
            stack = ("--stack", self.workspace.stack)
            values = json.loads(self._command("stack", "output", "--json", "--show-secrets", *stack))
        return Outputs(values, secret)

    def recover(self) -> None:
        """Free the backend's lock from an engine that outlived its caller, or was killed.

        The caller holds the environment's own lock, so no engine that is wanted can be running.
        """
        for lock in self.workspace.locks():
            runner.end(int(json.loads(lock.read_text())["pid"]), name=self._pulumi.name)
            lock.unlink(missing_ok=True)

    def halt(self) -> None:
        """Kill the engine that has the backend's lock: whoever runs it has lost the environment to somebody else."""
        for lock in self.workspace.locks():
            runner.kill(int(json.loads(lock.read_text())["pid"]), name=self._pulumi.name)

    def _program_environment(self) -> Mapping[str, str]:
        hidden = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_BACKEND_URL")
        return {name: value for name, value in self.workspace.environment().items() if name not in hidden}

    def _program_operation(
        self,
        command: str,
        arguments: Sequence[str],
        listener: events.Listener,
        witness: events.Witness | None = None,
    ) -> Update:
        config = [part for key, value in self.workspace.config.items() for part in ("--config", f"{key}={value}")]
        with self.source.host(self._program_environment(), self.workspace.directory / "program.log") as host:
            client = [f"--client={host.address()}", "--exec-kind", "auto.inline"]
            update = self._operation(command, [*arguments, *config, *client], listener, witness)
            outputs = host.outputs() if command == "up" else Outputs()
        return Update(update.changes, outputs, update.seconds)

    def _operation(
        self,
        command: str,
        arguments: Sequence[str],
        listener: events.Listener,
        witness: events.Witness | None = None,
    ) -> Update:
        record = _Record(listener)
        started = time.monotonic()
        with events.stream(self.workspace.directory, record, witness) as pipe:
            finished = runner.run(
                [str(self._pulumi), command, "--stack", self.workspace.stack, *_COMMON, "--parallel", str(_PARALLEL),
                 "--event-log", str(pipe), *arguments],
                directory=self.workspace.directory, environment=self.workspace.environment(),
            )  # fmt: skip
        if finished.code != 0:
            raise record.failure(command, finished)
        return Update(record.changes, seconds=time.monotonic() - started)

    def _command(self, *arguments: str, given: str | None = None) -> str:
        finished = runner.run(
            [str(self._pulumi), *arguments, "--non-interactive", "--color", "never"],
            directory=self.workspace.directory,
            environment=self.workspace.environment(),
            given=given,
        )
        if finished.code != 0:
            # Standard output may hold secrets (`stack output`): only the error is repeated.
            raise OperationFailed(f"`pulumi {arguments[0]} {arguments[1]}` failed: {finished.errors.strip()}")
        return finished.output


def _excluding(urns: Iterable[str]) -> list[str]:
    return [part for urn in sorted(urns) for part in ("--exclude", urn)]


@contextmanager
def _private(place: Path, content: bytes) -> Iterator[None]:
    """A file for its owner alone while the block runs: the engine makes plans readable for everybody."""
    place.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        yield
    finally:
        place.unlink(missing_ok=True)


class _Record:
    """Passes events on and keeps what the result needs."""

    def __init__(self, listener: events.Listener) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self.changes: dict[str, int] = {}
        self.diagnostics: list[events.Diagnostic] = []
        self.done = 0

    def __call__(self, event: events.Event) -> None:
        with self._lock:
            if isinstance(event, events.Summary):
                self.changes = dict(event.changes)
            elif isinstance(event, events.Diagnostic) and event.severity == "error":
                self.diagnostics.append(event)
            elif isinstance(event, events.Step) and event.phase == "done" and event.op not in {"same", "refresh"}:
                self.done += 1
        self._listener(event)

    def failure(self, command: str, finished: runner.Finished) -> Failed:
        explained = dict.fromkeys(_explained(entry) for entry in self.diagnostics if entry.urn)
        text = "\n".join(explained or dict.fromkeys(map(_explained, self.diagnostics))) or finished.errors.strip()
        done = (
            f"{self.done} steps were done before it; run the same command again after the change."
            if self.done
            else None
        )
        return Failed(
            text or f"`pulumi {command}` failed with exit code {finished.code}, and said nothing. Where a plan "
            "was applied, the stack's outputs are not those that were planned.",
            diagnostics=self.diagnostics, done=self.done, hint=done,
        )  # fmt: skip


_PROGRAM = "python inline source runtime error: "  # the language runtime's words for any error of the program


def _explained(entry: events.Diagnostic) -> str:
    """The message below its resource, without the engine's own words around it."""
    message = entry.message.removeprefix("error: ").removeprefix("an unhandled error occurred: ").strip()
    if message.startswith(_PROGRAM):
        # The traceback behind it is for `--verbose`: it stands in the diagnostics.
        return "The program failed: " + message.removeprefix(_PROGRAM).partition("\nTraceback (most recent")[0]
    kind, _, name = entry.urn.partition("::")[-1].rpartition("::")
    kind = kind.rpartition("::")[-1].rpartition("$")[-1]
    message = message.removeprefix(f"{kind} resource '{name}' has a problem: ")
    return f"✖ {kind} {name}\n  " + message.replace("\n", "\n  ") if kind else message
