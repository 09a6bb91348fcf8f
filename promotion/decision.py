"""What the gates say: kept for audit as it stands, and printed."""

from __future__ import annotations

from typing import Literal

from promotion.approval import Scope
from promotion.schema import Digest, Line, Moment, Record, Stored

GateState = Literal["open", "closed", "not-needed"]


class Gate(Stored):
    """One gate: its state, why, and for a closed one what opens it."""

    name: Line
    state: GateState
    detail: str
    opens: str = ""


class Decision(Record):
    """All gates at one time. `scope` is what there is to approve; `approvals` and `evidence` are those that count."""

    at: Moment
    gates: tuple[Gate, ...]
    scope: Scope | None
    approvals: tuple[Digest, ...]
    evidence: tuple[Digest, ...]

    @property
    def open(self) -> bool:
        """Whether nothing is closed."""
        return not self.closed

    @property
    def closed(self) -> tuple[Gate, ...]:
        """The closed gates."""
        return tuple(gate for gate in self.gates if gate.state == "closed")


def opened(name: str, detail: str) -> Gate:
    """A gate that is open."""
    return Gate(name=name, state="open", detail=detail)


def closed(name: str, detail: str, opens: str) -> Gate:
    """A gate that is closed, and what opens it."""
    return Gate(name=name, state="closed", detail=detail, opens=opens)


def not_needed(name: str, detail: str) -> Gate:
    """A gate that this promotion does not have to pass."""
    return Gate(name=name, state="not-needed", detail=detail)
