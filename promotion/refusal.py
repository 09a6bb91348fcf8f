"""What a gate refused: kept and recorded, with the decision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from infra.errors import GateClosed
from promotion import content
from promotion.case import Case
from promotion.decision import Decision
from promotion.entries import Reference
from promotion.kinds.lifecycle import RequestRefused
from promotion.schema import Target, visible
from promotion.session import Session
from promotion.store import Store
from promotion.text import escaped

_LINE = 500
"""Characters that a line of the ledger has at most."""


class Refused(GateClosed):
    """Gates of a promotion are closed; `decision` has them all."""

    def __init__(self, case: Case, decision: Decision) -> None:
        names = ", ".join(gate.name for gate in decision.closed)
        super().__init__(f"{case.id} is blocked: {names}.", hint=f"Run: distro promotion show {case.id}")
        self.case = case
        self.decision = decision


def kept(store: Store, id: str, decision: Decision) -> Reference:
    """Keep a decision for audit."""
    prefix, data = f"promotions/{id}", decision.canonical()
    digest = content.keep(store, prefix, data)
    return Reference(path=content.path(prefix, digest), content=digest)


def refused(session: Session, case: Case, decision: Decision) -> Refused:
    """Put on record that gates are closed, and say so."""
    error = Refused(case, decision)
    gates = " · ".join(f"{gate.name}: {gate.detail}" for gate in decision.closed)
    session.record(
        RequestRefused(
            request=f"promote {case.id}", gate=line(", ".join(gate.name for gate in decision.closed)),
            reason=line(gates), decision=kept(session.store, case.id, decision),
        ),
        case.target,
    )  # fmt: skip
    return error


@contextmanager
def refusals(session: Session, target: Target, request: str, person: str, gate: str) -> Iterator[None]:
    """Put on record what `gate` refuses `person` in the block."""
    try:
        yield
    except GateClosed as error:
        reason = line(f"{person}: {error.message}")
        session.record(RequestRefused(request=line(request), gate=gate, reason=reason), target)
        raise


def line(text: str) -> str:
    """A text as one line of the ledger: nothing hidden in it, cut where it is too long."""
    shown = " ".join(text.split())
    shown = shown if visible(shown) else escaped(shown)
    return (shown if len(shown) <= _LINE else f"{shown[: _LINE - 2].rstrip()} …").strip()


def last_decision(store: Store, case: Case) -> Decision | None:
    """The decision on record that was made last; None before the first. Raises Malformed, StoreFailed."""
    made = [Decision.parse(store.read(name), name) for name in store.names(f"promotions/{case.id}")]
    return max(made, key=lambda each: each.at, default=None)
