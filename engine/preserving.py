"""Plans that destroy nothing: what a rollback is made with.

An older program lacks what came later, and may want another shape of what holds data. Both are left as they are: the
engine keeps an excluded resource together with everything that it depends on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine import events, plan
from engine.canonical import State
from engine.plan import Plan
from engine.stack import Failed, Stack
from infra.stateful import STATEFUL


@dataclass(frozen=True)
class Preserving:
    """A plan and the URNs that it was made without: `Stack.apply` needs both.

    `lacking` are stateful resources that the program does not declare, `replaced` those that it would replace.
    """

    plan: Plan
    lacking: tuple[str, ...]
    replaced: tuple[str, ...]

    @property
    def excluded(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(sorted({*self.lacking, *self.replaced}))


def preserving(stack: Stack, start: State, listener: events.Listener) -> Preserving:
    """The plan of a stack's program from its state `start` that deletes and replaces nothing stateful.

    What would be lost is excluded and the plan made again, until nothing is. Raises as `Stack.plan`.
    """
    excluded: frozenset[str] = frozenset()
    while True:
        found = _attempt(stack, start, listener, excluded)
        lost = {step.urn for step in found.destructive} if isinstance(found, Plan) else set(_protected(found, start))
        if isinstance(found, Plan) and not lost:
            return _sorted_out(found, excluded)
        if not isinstance(found, Plan) and not lost - excluded:
            raise found
        excluded |= lost


def _attempt(stack: Stack, start: State, listener: events.Listener, excluded: frozenset[str]) -> Plan | Failed:
    try:
        return plan.read(stack.plan(listener, exclude=excluded), start)
    except Failed as error:
        return error


def _protected(error: Failed, start: State) -> Iterator[str]:
    """Stateful resources that the engine refuses to delete or replace, since they are protected."""
    for entry in error.diagnostics:
        resource = start.resources.get(entry.urn)
        if resource and resource.protect and resource.type in STATEFUL and "protect" in entry.message:
            yield entry.urn


def _sorted_out(found: Plan, excluded: frozenset[str]) -> Preserving:
    kept = {step.urn for step in found.kept}
    return Preserving(found, tuple(sorted(excluded & kept)), tuple(sorted(excluded - kept)))
