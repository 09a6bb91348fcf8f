"""Who changed an environment, when, by what and with which approvals: read from the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from promotion.entries import Entry, Payload
from promotion.kinds import payload_of
from promotion.kinds.environments import Frozen, LeaseBroken, OperationEnded, StateAccepted, Unfrozen
from promotion.kinds.lifecycle import PromotionEnded
from promotion.ledger import Ledger
from promotion.projection import Approval, Projection
from promotion.release import id_of
from promotion.schema import Target


@dataclass(frozen=True)
class Event:
    """One change. `release` runs since then; None where that did not change, or where it is no release."""

    number: int
    at: datetime
    what: str
    result: str
    actor: str
    promotion: str | None = None
    release: str | None = None
    approvals: Sequence[Approval] = ()
    detail: str = ""


def history(ledger: Ledger, environment: Target) -> list[Event]:
    """What happened to an environment, the newest last. Raises as `Ledger.read`."""
    projection = ledger.read()
    own = (entry for entry in ledger.entries if entry.environment == environment)
    found = (_event(entry, payload_of(entry), projection) for entry in own)
    return [event for event in found if event]


def _event(entry: Entry, payload: Payload, projection: Projection) -> Event | None:
    def event(what: str, result: str, **more: object) -> Event:
        return Event(entry.number, entry.at, what, result, entry.actor, **more)  # type: ignore[arg-type]

    match payload:
        case PromotionEnded():
            promotion = projection.promotions[payload.promotion]
            release = id_of(payload.deployed) if payload.deployed else None
            detail = f"asked for by {promotion.requester}"
            return event(
                promotion.way, payload.result, promotion=promotion.id, release=release, approvals=promotion.used,
                detail=detail,
            )  # fmt: skip
        case OperationEnded():
            return event("operation", payload.result, detail=_runs(payload))
        case StateAccepted() | LeaseBroken() | Frozen():
            return event(entry.kind, "done", detail=payload.reason)
        case Unfrozen():
            return event(entry.kind, "done")
    return None


def _runs(ended: OperationEnded) -> str:
    if ended.gone:
        return "nothing runs since then"
    return "no release runs since then" if ended.unreleased else ""
