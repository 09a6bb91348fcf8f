"""What runs in a sandbox, how it is, what is deployed there, and who holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.operation import Holder, unfinished
from local import sandbox as clouds
from operations import sandbox
from operations.target import REHEARSED, Target

Result = Literal["running", "unhealthy", "stopped"]


@dataclass(frozen=True)
class Component:
    """One supervised process. `log` is the end of its log where it died."""

    name: str
    state: str
    endpoint: str | None
    pid: int | None
    since: str
    """ISO 8601, UTC."""
    log: str = ""


@dataclass(frozen=True)
class Status:
    """A sandbox at one moment. `interrupted` names an operation that was killed before its end."""

    target: Target
    result: Result
    components: Sequence[Component] = ()
    resources: int = 0
    lock: Holder | None = None
    interrupted: str | None = None


def read(target: Target) -> Status:
    """Look at the real processes, the state and the lock."""
    lock = sandbox.held_by(target)
    interrupted = None if lock else unfinished(target.home)
    found = clouds.load(target.emulators)
    if found is None or (target.rehearsal and not sandbox.is_up(target)):
        return Status(target, "stopped", lock=lock, interrupted=interrupted)
    components = [_component(item) for item in found.components.values()]
    healthy = all(item.state == "running" for item in components)
    result: Result = "running" if healthy else "unhealthy"
    return Status(target, result, components, sandbox.resources(target), lock, interrupted)


def read_all(target: Target) -> list[Status]:
    """Every stack that a rehearsal can have, those that are not there among them."""
    return [read(target.beside(environment)) for environment in REHEARSED]


def _component(item: clouds.Component) -> Component:
    log = f"{item.ended}\n{item.last_lines}".strip() if item.state == "dead" else ""
    return Component(item.name, item.state, item.endpoint, item.pid, item.since, log)
