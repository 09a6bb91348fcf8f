"""Bringing a target up: nothing where nothing has changed, else emulators and deployment (`operations.deploying`).

What only a deployment needs is imported then: an `up` mostly finds nothing to do.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from engine import state
from engine.operation import operation
from engine.program import Outputs
from infra.progress import Progress, Report
from local import sandbox as clouds
from operations import account as accounts
from operations import sandbox as sandboxes
from operations import settled
from operations.down import down
from operations.target import SHARED, Target


@dataclass(frozen=True)
class Request:
    """Which target `up` is to bring up, and on what; no profile: the one that runs, else the target's own."""

    target: Target
    runtime: str = "auto"
    profile: str | None = None


@dataclass(frozen=True)
class Deployed:
    """A target after `up`: what changed, what it offers, and the seconds that each part took.

    `mended` names the operation before it, if that was killed before its end. `shared` is the stack that the target
    needs, where it had to be brought up first. Secret outputs are masked where no engine was needed.
    """

    sandbox: clouds.Sandbox
    changes: Mapping[str, int]
    resources: int
    outputs: Outputs
    seconds: Mapping[str, float]
    mended: str | None = None
    shared: Deployed | None = None


def up(request: Request, report: Report, *, wait: float = 0) -> Deployed:
    """Bring a target up: emulators, then the deployment. What runs already is kept, what died is started again.

    Where nothing has changed since the last time, neither here nor in the emulators, no engine is started.

    Raises ConfigurationError before anything is touched, EnvironmentBusy, OperationFailed, Interrupted.
    """
    target = request.target
    state_file, running = sandboxes.workspace(target).state_file, _suiting(request)
    specification = None if running else sandboxes.specification(target)
    with operation(target.home, f"up {target.environment}", state_file, wait=wait) as current:
        if running and not current.interrupted and (found := _unchanged(target, running, report)):
            return found
        from operations.deploying import deploy

        return deploy(request, specification or sandboxes.specification(target), report, current.interrupted)


def reset(target: Target, report: Report) -> Deployed:
    """Back to a fresh deployment on the same profile and runtime."""
    before = sandboxes.running(target)
    down(target, report)
    return up(Request(target, before.runtime, before.profile), report)


def _suiting(request: Request) -> clouds.Sandbox | None:
    """The emulators, if all that is asked for runs, and an `up` of the target has ended well on them."""
    target, found = request.target, clouds.load(request.target.emulators)
    if found is None or not settled.is_there(target):
        return None
    alone = not target.rehearsal or target.environment == SHARED or sandboxes.is_up(target.beside(SHARED))
    asked = request.profile in {None, found.profile} and request.runtime in {"auto", found.runtime}
    whole = all(component.state == "running" for component in found.components.values())
    return found if alone and asked and whole else None


def _unchanged(target: Target, sandbox: clouds.Sandbox, report: Report) -> Deployed | None:
    """The target as it is, if there is nothing to do: what a specification says was checked when it was deployed."""
    started, file = time.monotonic(), sandboxes.workspace(target).state_file
    with accounts.held(target):
        report(Progress("reading", target.environment, "running", "every resource"))
        found = settled.holds(target, sandbox)
        report(Progress("reading", target.environment, "waiting", "every resource"))
    if found is None:
        return None
    kept = Outputs(*state.outputs(file))  # secret ones are encrypted there
    shown = Outputs(kept.shown(), kept.secret)
    seconds = time.monotonic() - started
    phases = {"emulators": 0.0, "deploying": seconds, "all": seconds}
    return Deployed(sandbox, counts({"same": found.unchanged}), len(state.resources(file)), shown, phases)


def counts(changes: Mapping[str, int]) -> dict[str, int]:
    """The changes that a person is told of, each kind."""
    return {kind: changes.get(kind, 0) for kind in ("create", "update", "replace", "delete", "same")}
