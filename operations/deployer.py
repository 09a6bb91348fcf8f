"""A rehearsed target, deployed with programs and plans that somebody else chooses: what promotions work with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine import canonical, plan, preserving, state, toolchain
from engine.operation import operation
from engine.preloading import Preloaded
from engine.program import ProgramSource
from engine.stack import Stack
from infra.progress import Report
from operations import account as accounts
from operations import rehearsal_secrets
from operations import sandbox as sandboxes
from operations.deploying import ready, with_shared
from operations.deployment import Deployment, Looking
from operations.drift import drifted
from operations.running import looking
from operations.target import SHARED, Target
from operations.up import Request

if TYPE_CHECKING:
    from infra.environment import Environment


@dataclass(frozen=True)
class Held:
    """The target's stack, while an operation holds it."""

    target: Target
    stack: Stack = field(repr=False)
    loaded: Preloaded = field(repr=False)
    report: Report = field(repr=False)

    def state(self) -> canonical.State:
        """The state as it is."""
        return _state(self.stack)

    def preserving(self, program: ProgramSource, start: canonical.State) -> preserving.Preserving:
        """The plan from that state which destroys nothing. Raises OperationFailed."""
        self.stack.source = self.loaded.of(program)
        return preserving.preserving(self.stack, start, Looking(self.report))

    def apply(self, program: ProgramSource, plan: bytes, excluded: Iterable[str]) -> None:
        """Do what a plan says, and give new secrets of the rehearsal their values. Raises OperationFailed."""
        self.stack.source = self.loaded.of(program)
        update = self.stack.apply(Deployment(self.report), plan, exclude=excluded)
        sandboxes.learn(self.target, update.outputs)
        if self.target.environment != SHARED:
            rehearsal_secrets.fill(sandboxes.environment(self.target), sandboxes.running(self.target))


@dataclass(frozen=True)
class Deployer:
    """One target of a rehearsal; its emulators, and `shared` where it needs that, come up when first asked for."""

    target: Target
    report: Report = field(repr=False)
    loaded: Preloaded = field(default_factory=Preloaded, repr=False)

    def expect(self, program: ProgramSource) -> None:
        """Load it beside whatever is done meanwhile."""
        workspace = sandboxes.workspace(self.target)
        workspace.create()
        self.loaded.begin(program, workspace.directory / "release.log")

    def state(self) -> canonical.State:
        """The state as it is. Raises EnvironmentBusy, OperationFailed."""
        with self._looking() as stack:
            return _state(stack)

    def plan(self, program: ProgramSource, start: canonical.State) -> plan.Plan:
        """The plan of a program from that state. Raises EnvironmentBusy, OperationFailed."""
        with self._looking() as stack:
            stack.source = self.loaded.of(program)
            return plan.read(stack.plan(Looking(self.report)), start)

    def preserving(self, program: ProgramSource, start: canonical.State) -> preserving.Preserving:
        """The plan from that state which destroys nothing. Raises EnvironmentBusy, OperationFailed."""
        with self._looking() as stack:
            stack.source = self.loaded.of(program)
            return preserving.preserving(stack, start, Looking(self.report))

    def drifted(self) -> tuple[str, ...]:
        """Resources that differ from the state."""
        if not sandboxes.is_up(self.target):
            return ()
        with self._looking() as stack:
            return tuple(sorted({each.urn for each in drifted(stack, self.report)}))

    def failing(self, specification: bytes) -> tuple[str, ...]:
        """Smoke checks that fail; `shared` offers nothing that could be checked."""
        if self.target.environment == SHARED:
            return ()
        outcomes = sandboxes.smoke(self.target, self.report, of=_environment(specification))
        return tuple(f"{each.name}: {each.detail}" for each in outcomes if each.result == "failed")

    @contextmanager
    def operation(self, command: str) -> Iterator[Held]:
        """Hold the target, on the engine's record. Raises EnvironmentBusy."""
        file = sandboxes.workspace(self.target).state_file
        with operation(self.target.home, command, file), accounts.held(self.target) as account:
            specification = sandboxes.specification(self.target)
            _, stack = ready(Request(self.target), specification, account, self.report)
            yield Held(self.target, stack, self.loaded, self.report)

    def running(self) -> bool:
        """Whether an engine has the stack's lock."""
        return bool(sandboxes.workspace(self.target).locks())

    def free(self) -> None:
        """End an engine that outlived its caller, and free its lock."""
        self._stack().recover()

    def halt(self) -> None:
        """Kill the engine at once."""
        self._stack().halt()

    def _stack(self) -> Stack:
        return Stack(sandboxes.workspace(self.target), sandboxes.working_tree(), self._pulumi())

    def _pulumi(self) -> Path:
        return toolchain.pulumi_binary(self.report)

    @contextmanager
    def _looking(self) -> Iterator[Stack]:
        self._bring_up()
        with looking(self.target, self._pulumi()) as stack:
            yield stack

    def _bring_up(self) -> None:
        """Emulators, `shared` and an empty stack, unless they are there."""
        specification = sandboxes.specification(self.target)
        with_shared(Request(self.target), specification, self.report)
        if not (sandboxes.current(self.target) and sandboxes.workspace(self.target).state_file.exists()):
            with self.operation(f"prepare {self.target.environment}"):
                return


def _state(stack: Stack) -> canonical.State:
    """The canonical state; made once of the same bytes, since having them decrypted takes the engine half a second."""
    file = stack.workspace.state_file
    of = (file, state.digest(file))
    if of not in _canonical:
        _canonical[of] = stack.canonical(canonical.key_of(stack.workspace.passphrase))
    return _canonical[of]


_canonical: dict[tuple[Path, str | None], canonical.State] = {}


def _environment(specification: bytes) -> Environment:
    from infra.environment import Environment

    return Environment.model_validate_json(specification).emulated()
