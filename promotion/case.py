"""One promotion as the ledger has it: everything that was recorded about it, in its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from infra.errors import UsageError
from promotion import release
from promotion.approval import Kind, RollbackTo
from promotion.entries import Entry, Payload, Reference
from promotion.kinds import payload_of
from promotion.kinds.lifecycle import (
    ApprovalGiven,
    EmergencyNoticed,
    PromotionOpened,
    PromotionPlanned,
    PromotionStarted,
    PromotionStep,
)
from promotion.ledger import Ledger
from promotion.planned import PlanRecord
from promotion.projection import State
from promotion.release import Release, id_of
from promotion.schema import Digest, Target
from promotion.store import Store

P = TypeVar("P", bound=Payload)


@dataclass(frozen=True)
class Case:
    """A promotion; `history` are its entries. One of a dry run has none.

    `approvals` are those of the plan in force, `steps` what was begun after `started`.
    """

    id: str
    way: Kind
    source: str
    target: Target
    release: Release
    requester: str
    state: State = "blocked"
    planned: PromotionPlanned | None = None
    approvals: tuple[Reference, ...] = ()
    started: PromotionStarted | None = None
    steps: tuple[PromotionStep, ...] = ()
    noticed_at: datetime | None = None
    reason: str | None = None
    history: tuple[Entry, ...] = ()

    @property
    def rollback(self) -> RollbackTo | None:
        """What a failed verification goes back to."""
        return self.planned.rollback if self.planned else None

    @property
    def recorded(self) -> frozenset[Digest]:
        """Digests of the states that it was seen in, from the signed one on."""
        begun = {self.started.state} if self.started else set()
        return frozenset(begun | {step.state for step in self.steps})

    def plan_record(self) -> PlanRecord:
        """The stored plan's record. Raises UsageError where there is no plan."""
        if self.planned is None:
            raise UsageError(f"{self.id} has no plan yet.", hint=f"Run: distro promote {self.source} {self.target}")
        return PlanRecord(
            plan=self.planned.plan.content, state=self.planned.state, view=self.planned.view.content,
            excluded=self.planned.excluded,
        )  # fmt: skip


def read(ledger: Ledger, store: Store, id: str) -> Case:
    """A promotion by its id. Raises UsageError for an unknown one, and as `Ledger.read` and `release.read`."""
    projection = ledger.read()
    found = projection.promotions.get(id)
    if found is None:
        raise UsageError(f"There is no promotion {id!r}.", hint="Run: distro promotions")
    history = tuple(entry for entry in ledger.entries if entry.payload.get("promotion") == id)
    payloads = [payload_of(entry) for entry in history]
    opened = next(each for each in payloads if isinstance(each, PromotionOpened))
    return Case(
        id=id, way=opened.way, source=opened.source, target=opened.target,
        release=release.read(store, id_of(opened.release.content)), requester=found.requester, state=found.state,
        planned=_last(payloads, PromotionPlanned), approvals=_approvals(payloads),
        started=_last(payloads, PromotionStarted),
        steps=tuple(each for each in payloads if isinstance(each, PromotionStep)),
        noticed_at=next((entry.at for entry in history if entry.kind == EmergencyNoticed.kind), None),
        reason=opened.reason, history=history,
    )  # fmt: skip


def _last(payloads: Sequence[Payload], kind: type[P]) -> P | None:
    return next((each for each in reversed(payloads) if isinstance(each, kind)), None)


def _approvals(payloads: Sequence[Payload]) -> tuple[Reference, ...]:
    """Of the plan in force: a new plan voids those before it."""
    plan = _last(payloads, PromotionPlanned)
    since = payloads[payloads.index(plan) :] if plan else ()
    return tuple(each.approval for each in since if isinstance(each, ApprovalGiven))
