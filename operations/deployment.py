"""Turns the engine's events into progress."""

from __future__ import annotations

from engine import events, state
from infra.progress import Progress, Report, State


class Deployment:
    """A listener that reports how many resources are done, and which one is under way."""

    phase = "deploying"

    def __init__(self, report: Report) -> None:
        self._report = report
        self._done: set[str] = set()
        self._seen: set[str] = set()

    def __call__(self, event: events.Event) -> None:
        """Report one event; reading back is part of the same count."""
        if not isinstance(event, events.Step) or event.type == state.STACK_TYPE:
            return
        self._seen.add(event.urn)
        if event.phase != "started":
            self._done.add(event.urn)
        detail = f"{event.op} {event.type} {event.name}"
        counts = {"done": len(self._done), "total": len(self._seen)}
        self._report(Progress(self.phase, event.urn, self.state(event), detail, **counts))

    def state(self, event: events.Step) -> State:
        """What one step says of its resource."""
        if event.phase == "done":  # reading back and finding nothing to do are steps on the way, not results
            return "waiting" if event.op in {"same", "refresh", "read"} else "done"
        return "failed" if event.phase == "failed" else "running"


class Looking(Deployment):
    """The same for an operation that changes nothing: its steps are counted, none is a result."""

    phase = "reading"

    def state(self, event: events.Step) -> State:
        """Done is none of them: nothing was made."""
        found = super().state(event)
        return "waiting" if found == "done" else found
