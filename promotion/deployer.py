"""What a promotion asks of the machinery that deploys; the classes below `operations.deployer` implement it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from engine.canonical import State
from engine.plan import Plan
from engine.preserving import Preserving
from engine.program import ProgramSource


class Held(Protocol):
    """A target while one operation holds it: nobody else on this machine writes to it."""

    def state(self) -> State:
        """The state as it is."""

    def preserving(self, program: ProgramSource, start: State) -> Preserving:
        """The plan from that state which destroys nothing. Raises OperationFailed."""

    def apply(self, program: ProgramSource, plan: bytes, excluded: Iterable[str]) -> None:
        """Do what a stored plan says, without refresh. Raises OperationFailed, Interrupted."""


class Deployer(Protocol):
    """One target. Looking changes nothing; `operation` is the way to write."""

    def expect(self, program: ProgramSource) -> None:
        """Know that a program will be planned or applied soon: what takes time for it may begin. Returns at once."""

    def state(self) -> State:
        """The state as it is, empty where nothing was deployed yet. Raises EnvironmentBusy, OperationFailed."""

    def plan(self, program: ProgramSource, start: State) -> Plan:
        """The plan of a program from that state, without refresh. Raises EnvironmentBusy, OperationFailed."""

    def preserving(self, program: ProgramSource, start: State) -> Preserving:
        """The plan from that state which destroys nothing. Raises EnvironmentBusy, OperationFailed."""

    def drifted(self) -> tuple[str, ...]:
        """Resources that differ from the state, read back without changing it. Raises as `state`."""

    def failing(self, specification: bytes) -> tuple[str, ...]:
        """Smoke checks that fail, by a release's specification (canonical JSON); the verification of a deployment."""

    def operation(self, command: str) -> AbstractContextManager[Held]:
        """Hold the target, on the engine's record. Raises EnvironmentBusy."""

    def running(self) -> bool:
        """Whether an engine has the stack's lock."""

    def free(self) -> None:
        """End an engine that outlived its caller, and free its lock."""

    def halt(self) -> None:
        """Kill the engine at once: its caller has lost the target. Called from any thread."""
