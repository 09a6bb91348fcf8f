"""The kinds of entries: one small class each, with what it binds and what must have been recorded before it.

Whoever adds a kind writes the class and lists it here; `audit verify` and every projection then know it.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import to_json

from promotion.entries import Entry, NotAllowed, Payload
from promotion.kinds import environments, lifecycle, records
from promotion.projection import Projection
from promotion.schema import Malformed

KINDS: Mapping[str, type[Payload]] = {
    each.kind: each
    for each in (
        records.TrustChanged, records.EvidenceRecorded,
        records.CheckpointSigned,
        lifecycle.PromotionOpened, lifecycle.PromotionPlanned, lifecycle.ApprovalGiven, lifecycle.RequestRefused,
        lifecycle.PromotionRejected, lifecycle.PromotionStarted, lifecycle.PromotionStep, lifecycle.PromotionEnded,
        lifecycle.EmergencyNoticed, lifecycle.EmergencyReviewed,
        environments.OperationStarted, environments.OperationEnded, environments.StateAccepted,
        environments.LeaseBroken, environments.Frozen, environments.Unfrozen,
    )
}  # fmt: skip


def payload_of(entry: Entry) -> Payload:
    """The entry's payload, typed. Raises Malformed for a kind, version or field that is not known."""
    kind = KINDS.get(entry.kind)
    if kind is None:
        raise Malformed(f"{entry.kind!r} is no kind of entry that this version knows.")
    try:
        return kind.model_validate_json(to_json(entry.payload))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        raise Malformed(f"no {entry.kind}: {'.'.join(map(str, found['loc']))}: {found['msg']}") from error


def follow(entry: Entry, projection: Projection) -> Payload:
    """Take an entry into the projection. Raises Malformed, NotAllowed; then nothing has changed."""
    payload = payload_of(entry)
    check(entry, payload, projection)
    payload.apply(entry, projection)
    projection.at = entry.at
    if entry.environment and entry.token:
        projection.tokens[entry.environment] = entry.token
    return payload


def check(entry: Entry, payload: Payload, projection: Projection) -> None:
    """Whether the entry may follow. Raises NotAllowed: its time runs back, its holder is fenced, its kind's own rules.

    Entries get their place by the number that is created, so of two that exclude each other one only passes this.
    """
    if projection.at and entry.at < projection.at:
        raise NotAllowed(f"Its time, {entry.at:%Y-%m-%dT%H:%M:%SZ}, is before that of the entry before it.")
    if entry.environment and entry.token and entry.token < projection.tokens.get(entry.environment, 0):
        raise NotAllowed(f"{entry.environment} was taken over from holder {entry.token}: it may write no more.")
    payload.check(entry, projection)
