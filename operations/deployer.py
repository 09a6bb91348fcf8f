"""One stack, deployed with programs and plans that somebody else chooses: what promotions work with, on any clouds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from engine import plan, preserving
from engine.canonical import State
from engine.preloading import Preloaded
from engine.program import Outputs, ProgramSource
from engine.stack import Stack
from infra.progress import Report
from operations.deployment import Deployment, Looking
from operations.drift import drifted

if TYPE_CHECKING:
    from operations.smoke import Outcome

S = TypeVar("S", bound=Stack)


@dataclass(frozen=True)
class Held(Generic[S]):
    """A stack, while an operation holds it. `canonical` reads its state, `applied` is told the outputs of an update."""

    stack: S = field(repr=False)
    loaded: Preloaded = field(repr=False)
    report: Report = field(repr=False)
    canonical: Callable[[S], State] = field(repr=False)
    applied: Callable[[Outputs], None] = field(default=lambda _: None, repr=False)

    def state(self) -> State:
        """The state as it is."""
        return self.canonical(self.stack)

    def preserving(self, program: ProgramSource, start: State) -> preserving.Preserving:
        """The plan from that state which destroys nothing. Raises OperationFailed."""
        self.stack.source = self.loaded.of(program)
        return preserving.preserving(self.stack, start, Looking(self.report))

    def apply(self, program: ProgramSource, plan: bytes, excluded: Iterable[str]) -> None:
        """Do what a plan says. Raises OperationFailed, Interrupted."""
        self.stack.source = self.loaded.of(program)
        self.applied(self.stack.apply(Deployment(self.report), plan, exclude=excluded).outputs)


@dataclass(frozen=True)
class Deployer(ABC, Generic[S]):
    """What is the same wherever a stack is deployed."""

    report: Report = field(repr=False)
    loaded: Preloaded = field(default_factory=Preloaded, repr=False, kw_only=True)

    def expect(self, program: ProgramSource) -> None:
        """Load it beside whatever is done meanwhile."""
        self.loaded.begin(program, self.folder() / "release.log")

    def state(self) -> State:
        """The state as it is. Raises EnvironmentBusy, OperationFailed."""
        with self.looking() as stack:
            return self.canonical(stack)

    def plan(self, program: ProgramSource, start: State) -> plan.Plan:
        """The plan of a program from that state. Raises EnvironmentBusy, OperationFailed."""
        with self.looking() as stack:
            stack.source = self.loaded.of(program)
            return plan.read(stack.plan(Looking(self.report)), start)

    def preserving(self, program: ProgramSource, start: State) -> preserving.Preserving:
        """The plan from that state which destroys nothing. Raises EnvironmentBusy, OperationFailed."""
        with self.looking() as stack:
            stack.source = self.loaded.of(program)
            return preserving.preserving(stack, start, Looking(self.report))

    def differing(self, stack: S) -> tuple[str, ...]:
        """Resources that differ from the state."""
        return tuple(sorted({each.urn for each in drifted(stack, self.report)}))

    @abstractmethod
    def folder(self) -> Path:
        """A folder of this stack's alone, on this machine."""

    @abstractmethod
    def looking(self) -> AbstractContextManager[S]:
        """The stack for those who change nothing, made empty where there is none yet."""

    @abstractmethod
    def canonical(self, stack: S) -> State:
        """Its state, secrets as digests under a key that is the stack's on every machine."""


def failed(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Checks that failed, each with why."""
    return tuple(f"{each.name}: {each.detail}" for each in outcomes if each.result == "failed")
