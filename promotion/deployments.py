"""What was deployed where, by the ledger alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from promotion.kinds import payload_of
from promotion.kinds.environments import OperationEnded
from promotion.kinds.lifecycle import EmergencyReviewed, PromotionEnded
from promotion.ledger import Ledger
from promotion.schema import Digest


def current(ledger: Ledger, environment: str) -> Digest | None:
    """The release that runs in an environment; None where none does, or what runs is no release."""
    return ledger.read().deployed.get(environment)


def newest(ledger: Ledger, environment: str) -> Digest | None:
    """The release that runs there, or ran last: what a deployment goes back to. None before the first."""
    return next((each.deployed for _, each in _ends(ledger, environment) if each.deployed), None)


def succeeded(ledger: Ledger, environment: str) -> list[Digest]:
    """Releases that succeeded there, the newest first, each once."""
    found = (each.deployed for _, each in _ends(ledger, environment) if each.result == "succeeded" and each.deployed)
    return list(dict.fromkeys(found))


def proven(ledger: Ledger, environment: str, release: Digest, to: Digest) -> datetime | None:
    """When the way back from a release to another one was last tried there, with success; None where it was not.

    It was, where a rollback that somebody asked for replaced exactly the one by the other and was verified.
    """
    projection = ledger.read()
    running: Digest | None = None
    found: datetime | None = None
    for entry in ledger.entries:
        if entry.environment != environment:
            continue
        payload = payload_of(entry)
        if isinstance(payload, PromotionEnded) and payload.state is not None:
            asked = projection.promotions[payload.promotion].way == "rollback" and payload.result == "succeeded"
            if asked and (running, payload.deployed) == (release, to):
                found = entry.at
            running = payload.deployed
        elif isinstance(payload, OperationEnded) and payload.unreleased:
            running = None
    return found


def overdue_reviews(ledger: Ledger, environment: str, at: datetime, hours: int) -> tuple[str, ...]:
    """Emergencies that ended longer than so many hours ago and were not reviewed."""
    projection = ledger.read()
    reviewed = {each.payload["promotion"] for each in ledger.entries if each.kind == EmergencyReviewed.kind}
    return tuple(
        end.promotion
        for ended_at, end in _ends(ledger, environment)
        if projection.promotions[end.promotion].way == "emergency"
        and end.promotion not in reviewed
        and at - ended_at > timedelta(hours=hours)
    )


def _ends(ledger: Ledger, environment: str) -> Iterator[tuple[datetime, PromotionEnded]]:
    """Ends of promotions into it, the newest first."""
    ledger.read()
    for entry in reversed(ledger.entries):
        if entry.environment == environment and entry.kind == PromotionEnded.kind:
            payload = payload_of(entry)
            if isinstance(payload, PromotionEnded):
                yield entry.at, payload
