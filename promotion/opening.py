"""Opening a promotion, or going on with the open one of the same source, target and release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from infra.errors import GateClosed, UsageError
from promotion import case as cases
from promotion import deployments, release
from promotion.approval import Kind
from promotion.case import Case
from promotion.entries import NotAllowed, Reference
from promotion.kinds.lifecycle import EmergencyNoticed, PromotionOpened
from promotion.projection import OPEN, RUNNING, Projection
from promotion.release import Release, id_of
from promotion.schema import Target
from promotion.session import Session


@dataclass(frozen=True)
class Request:
    """What is asked for. No release: the one that runs in the source, of `local` the commit's that is checked out."""

    source: str
    target: Target
    way: Kind = "promotion"
    release: str | None = None
    reason: str | None = None


def opened(session: Session, request: Request, *, dry_run: bool) -> Case:
    """The promotion, on the record unless it is a dry run. Raises GateClosed where the source runs no release."""
    moved = _release(session, request)
    while True:
        projection = session.ledger.read()
        if found := _going_on(projection, request, moved):
            return cases.read(session.ledger, session.store, found)
        fresh = Case(
            id=f"prm-{len(projection.promotions) + 1:04d}", way=request.way, source=request.source,
            target=request.target, release=moved, requester=session.actor, reason=request.reason,
        )  # fmt: skip
        if dry_run:
            return fresh
        try:
            session.record(_payload(fresh), request.target)
        except NotAllowed:  # somebody else took the number, or opened the same
            if fresh.id not in session.ledger.read().promotions:
                raise
            continue
        return _noticed(session, cases.read(session.ledger, session.store, fresh.id))


def _noticed(session: Session, case: Case) -> Case:
    if case.way != "emergency":
        return case
    session.record(EmergencyNoticed(promotion=case.id, reason=case.reason or ""), case.target)
    return cases.read(session.ledger, session.store, case.id)


def _going_on(projection: Projection, request: Request, moved: Release) -> str | None:
    for each in projection.promotions.values():
        same = (each.source, each.target, each.release, each.way) == (
            request.source, request.target, moved.digest(), request.way,
        )  # fmt: skip
        if same and each.state in OPEN | RUNNING:
            return each.id
    return None


def _payload(case: Case) -> PromotionOpened:
    reference = Reference(path=f"{release.ROOT}/{case.release.id}/release.json", content=case.release.digest())
    return PromotionOpened.model_validate({
        "promotion": case.id, "way": case.way, "source": case.source, "target": case.target, "release": reference,
        "reason": case.reason,
    })  # fmt: skip


def _release(session: Session, request: Request) -> Release:
    if request.release:
        return release.read(session.store, request.release)
    if request.way == "rollback":
        return _before(session, request.target)
    if request.source == "local":
        return release.create(session.repository, session.store, session.say)[0]
    running = deployments.current(session.ledger, request.source)
    if running is None:
        raise GateClosed(
            f"{request.source} runs no release.", hint=f"Promote one to {request.source} first: distro promotions"
        )
    return release.read(session.store, id_of(running))


def _before(session: Session, target: Target) -> Release:
    """The release that succeeded there before the one that runs."""
    running = deployments.newest(session.ledger, target)
    earlier: Iterable[str] = (each for each in deployments.succeeded(session.ledger, target) if each != running)
    found = next(iter(earlier), None)
    if found is None:
        raise UsageError(f"No earlier release succeeded in {target}.", hint=f"Run: distro history {target}")
    return release.read(session.store, id_of(found))
