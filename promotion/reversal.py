"""What a rollback cannot undo of a plan: named, and signed, before anything starts."""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan import Plan, Step
from engine.preserving import Preserving
from promotion.text import escaped


def limits(plan: Plan) -> tuple[str, ...]:
    """Each limit in words, in the order of the plan; none where everything comes back."""
    lost = (f"{named(step)} comes back without what it holds now" for step in plan.destructive)
    return (*lost, *(f"{name} stays: a rollback deletes nothing that holds data" for name in kept(plan)))


def kept(plan: Plan) -> tuple[str, ...]:
    """What a rollback of this plan leaves alone: what holds data and is new, or is kept already. In `RollbackTo`."""
    return tuple(named(step) for step in plan.steps if step.stateful and step.op in {"create", "import", "keep"})


def beyond(found: Preserving, signed: tuple[str, ...]) -> tuple[str, ...]:
    """What a rollback would leave as it is although nobody signed for that: a person has to decide then."""
    return tuple(name for name in _left(found) if name not in signed)


def named(step: Step) -> str:
    """Type and name of a resource, for people."""
    return f"{escaped(step.type)} {escaped(step.name)}"


def _left(found: Preserving) -> Iterator[str]:
    excluded = set(found.excluded)
    return (named(step) for step in found.plan.steps if step.urn in excluded)
