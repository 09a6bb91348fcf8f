"""A plan on record: the engine's plan, the state that it starts from, the view of it, below `plans/` by digest.

Whoever has the store rebuilds all of it, without the environment's keys; nothing in it is a secret in clear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine import plan as plans
from engine.canonical import State
from engine.plan import Plan
from infra.errors import OperationFailed
from promotion import content, facts, reversal
from promotion.schema import Digest, Record
from promotion.store import Store
from promotion.view import Subject, View, view

PREFIX = "plans"


class PlanRecord(Record):
    """What belongs together. `excluded` are URNs that `Stack.apply` has to be told, beside the plan."""

    kind: Literal["plan"] = "plan"
    plan: Digest
    state: Digest
    view: Digest
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planned:
    """A plan, read, with its start and its view."""

    plan: Plan
    start: State
    view: View
    excluded: tuple[str, ...] = ()

    def facts(self) -> facts.Plan:
        """What the gates look at."""
        unknown = (f"{reversal.named(step)} {each.path}" for step, each in self.plan.unknown_security)
        return facts.Plan(
            digest=self.plan.digest,
            view=self.view.digest,
            starts_from=self.start.digest,
            stateful=tuple(map(reversal.named, self.plan.destructive)),
            unknown=tuple(unknown),
        )


def keep(store: Store, planned: Planned) -> PlanRecord:
    """Put it on record; what is there stays. The record itself is kept too, under its own digest."""
    record = PlanRecord(
        plan=content.keep(store, PREFIX, planned.plan.content),
        state=content.keep(store, PREFIX, planned.start.content),
        view=content.keep(store, PREFIX, planned.view.content),
        excluded=planned.excluded,
    )
    content.keep(store, PREFIX, record.canonical())
    return record


def load(store: Store, digest: Digest, subject: Subject) -> Planned:
    """A plan on record by its record's digest, its view rebuilt rather than believed.

    Raises Missing, and OperationFailed where a part was changed or the view is not that of this plan and subject.
    """
    record = PlanRecord.parse(content.load(store, PREFIX, digest), f"{PREFIX}/{digest}")
    start = State(content.load(store, PREFIX, record.state))
    plan = plans.read(content.load(store, PREFIX, record.plan), start)
    shown = view(subject, plan)
    if shown.digest != record.view:
        raise OperationFailed("The stored view is not that of the stored plan.", where=f"{PREFIX}/{digest}")
    return Planned(plan, start, shown, record.excluded)
