"""Deploying a target of a rehearsal: what promotions there work with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine import canonical, state, toolchain
from engine.operation import operation
from engine.program import Outputs
from engine.stack import Stack
from operations import account as accounts
from operations import rehearsal_secrets
from operations import sandbox as sandboxes
from operations.deployer import Deployer, Held, failed
from operations.deploying import ready, with_shared
from operations.running import looking
from operations.target import SHARED, Target
from operations.up import Request

if TYPE_CHECKING:
    from infra.environment import Environment


@dataclass(frozen=True)
class EmulatedDeployer(Deployer[Stack]):
    """One target of a rehearsal; its emulators, and `shared` where it needs that, come up when first asked for."""

    target: Target

    def drifted(self) -> tuple[str, ...]:
        """Resources that differ from the state."""
        if not sandboxes.is_up(self.target):
            return ()
        with self.looking() as stack:
            return self.differing(stack)

    def failing(self, specification: bytes) -> tuple[str, ...]:
        """Smoke checks that fail; `shared` offers nothing that could be checked."""
        if self.target.environment == SHARED:
            return ()
        return failed(sandboxes.smoke(self.target, self.report, of=_environment(specification)))

    @contextmanager
    def operation(self, command: str) -> Iterator[Held[Stack]]:
        """Hold the target, on the engine's record. Raises EnvironmentBusy."""
        file = sandboxes.workspace(self.target).state_file
        with operation(self.target.home, command, file), accounts.held(self.target) as account:
            specification = sandboxes.specification(self.target)
            _, stack = ready(Request(self.target), specification, account, self.report)
            yield Held(stack, self.loaded, self.report, self.canonical, self._applied)

    def running(self) -> bool:
        """Whether an engine has the stack's lock."""
        return bool(sandboxes.workspace(self.target).locks())

    def free(self) -> None:
        """End an engine that outlived its caller, and free its lock."""
        self._stack().recover()

    def halt(self) -> None:
        """Kill the engine at once."""
        self._stack().halt()

    def folder(self) -> Path:
        """Its workspace."""
        workspace = sandboxes.workspace(self.target)
        workspace.create()
        return workspace.directory

    @contextmanager
    def looking(self) -> Iterator[Stack]:
        """The stack in a workspace of its own. Raises EnvironmentBusy."""
        self._bring_up()
        with looking(self.target, self._pulumi()) as stack:
            yield stack

    def canonical(self, stack: Stack) -> canonical.State:
        """Made once of the same bytes, since having them decrypted takes the engine half a second."""
        file = stack.workspace.state_file
        of = (file, state.digest(file))
        if of not in _canonical:
            _canonical[of] = stack.canonical(canonical.key_of(stack.workspace.passphrase))
        return _canonical[of]

    def _applied(self, outputs: Outputs) -> None:
        """Give new secrets of the rehearsal their values."""
        sandboxes.learn(self.target, outputs)
        if self.target.environment != SHARED:
            rehearsal_secrets.fill(sandboxes.environment(self.target), sandboxes.running(self.target))

    def _stack(self) -> Stack:
        return Stack(sandboxes.workspace(self.target), sandboxes.working_tree(), self._pulumi())

    def _pulumi(self) -> Path:
        return toolchain.pulumi_binary(self.report)

    def _bring_up(self) -> None:
        """Emulators, `shared` and an empty stack, unless they are there."""
        specification = sandboxes.specification(self.target)
        with_shared(Request(self.target), specification, self.report)
        if not (sandboxes.current(self.target) and sandboxes.workspace(self.target).state_file.exists()):
            with self.operation(f"prepare {self.target.environment}"):
                return


_canonical: dict[tuple[Path, str | None], canonical.State] = {}


def _environment(specification: bytes) -> Environment:
    from infra.environment import Environment

    return Environment.model_validate_json(specification).emulated()
