"""The engine's saved plan (apitype.DeploymentPlanV1), read with the state that it starts from.

A plan holds, for each resource, the steps and what the program's inputs change of the recorded ones. Values of the
starting state come from its canonical form, so no secret is ever decrypted here: they are marks.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.canonical import Resource, State
from engine.differences import PropertyChange, compare, unknowns
from engine.security import security_relevant
from engine.state import STACK_TYPE
from infra.errors import OperationFailed
from infra.stateful import STATEFUL

Op = Literal["create", "update", "replace", "delete", "same", "keep", "read", "import"]

_PROVIDER = "pulumi:providers:"
_REPLACING = frozenset(
    {"replace", "create-replacement", "delete-replaced", "import-replacement", "read-replacement", "discard-replaced"}
)
_SIMPLE: Mapping[str, Op] = {
    "create": "create", "update": "update", "delete": "delete", "same": "same", "read": "read", "import": "import",
    "discard": "delete", "remove-pending-replace": "delete",
}  # fmt: skip
_BOOKKEEPING = frozenset({"__defaults", "__internal"})
"""Inputs that providers' SDKs add for themselves: which defaults were filled in."""
_OPTIONS = {"protect": "protect", "retainOnDelete": "retained"}
"""Options of a resource that decide what a deletion does, by their names in the plan and in `canonical.Resource`."""


@dataclass(frozen=True)
class Unknown:
    """An input whose value the plan does not know; `security` where it decides who may do what."""

    path: str
    security: bool


@dataclass(frozen=True)
class Step:
    """What a plan does to one resource.

    `op` is "keep" for one that the program lacks and the plan was told to leave. `changes` are property paths;
    options of the resource stand there as `(protect)` and `(retainOnDelete)`. `custom` is false for components, which
    no cloud knows.
    """

    urn: str
    op: Op
    parent: str
    custom: bool = True
    changes: tuple[PropertyChange, ...] = ()
    unknowns: tuple[Unknown, ...] = ()

    @property
    def type(self) -> str:
        """As the engine names it: `aws:sqs/queue:Queue`."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.split("::", 3)[3]

    @property
    def stateful(self) -> bool:
        """Whether it holds what a new one would not have."""
        return self.type in STATEFUL

    @property
    def destructive(self) -> bool:
        """Whether what it holds is lost."""
        return self.stateful and self.op in {"replace", "delete"}


@dataclass(frozen=True)
class Plan:
    """A stored plan: `content` is what the engine wrote, and applies; `steps` are sorted by URN, all resources."""

    content: bytes = field(repr=False)
    steps: tuple[Step, ...]

    @property
    def digest(self) -> str:
        """`sha256:…` of the content."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"

    @property
    def changes(self) -> dict[str, int]:
        """Resources an operation, as the engine counts them; providers aside, which are settings."""
        counted = Counter(each.op for each in self.steps if not each.type.startswith(_PROVIDER))
        kept = counted.pop("keep", 0)
        counted["same"] += kept
        return {kind: counted[kind] for kind in ("create", "update", "replace", "delete", "same")}

    @property
    def destructive(self) -> tuple[Step, ...]:
        """Replacements and deletions of stateful resources."""
        return tuple(each for each in self.steps if each.destructive)

    @property
    def kept(self) -> tuple[Step, ...]:
        """Resources that the program lacks and that stay."""
        return tuple(each for each in self.steps if each.op == "keep")

    @property
    def unknown_security(self) -> tuple[tuple[Step, Unknown], ...]:
        """Security-relevant properties that are known only after the deployment."""
        return tuple((each, unknown) for each in self.steps for unknown in each.unknowns if unknown.security)


def read(content: bytes, start: State) -> Plan:
    """A plan, read with the state that it was made from.

    Raises OperationFailed for what is no plan, or one with a step that this version does not know.
    """
    try:
        entries: Mapping[str, Mapping[str, Any]] = json.loads(content)["resourcePlans"]
        steps = tuple(_step(urn, entries[urn], start) for urn in sorted(entries))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise OperationFailed(f"This is no plan of the engine: {error!r}.") from error
    return Plan(content, steps)


def _step(urn: str, entry: Mapping[str, Any], start: State) -> Step:
    goal: Mapping[str, Any] = entry.get("goal") or {}
    op = _op(urn, entry["steps"], registered=bool(goal))
    old = start.resources.get(urn)
    parent = goal.get("parent") or (old.parent if old else "")
    custom = bool(goal.get("custom")) or (old is not None and old.custom)
    if op in {"delete", "keep"} or not goal:
        return Step(urn, op, parent, custom)
    before = old.inputs if old and op != "create" else {}
    given = dict(_given(goal, urn))
    changes = (*_options(old, goal), *_changes(before, given, goal))
    return Step(urn, op, parent, custom, changes, tuple(_unknowns(urn, given)))


def _options(old: Resource | None, goal: Mapping[str, Any]) -> Iterator[PropertyChange]:
    for name, attribute in _OPTIONS.items():
        was, becomes = bool(getattr(old, attribute, False)), bool(goal.get(name))
        if was != becomes:
            yield PropertyChange(f"({name})", was, becomes)


def _op(urn: str, steps: Sequence[str], *, registered: bool) -> Op:
    unknown = set(steps) - _REPLACING - set(_SIMPLE) - {"refresh"}
    if unknown:
        raise OperationFailed(f"The plan has a step that this version does not know: {min(unknown)} of {urn}.")
    if _REPLACING & set(steps):
        return "replace"
    found = [_SIMPLE[step] for step in steps if step in _SIMPLE]
    op: Op = next((step for step in found if step != "same"), "same")
    return "keep" if op == "same" and not registered else op


def _given(goal: Mapping[str, Any], urn: str) -> Iterator[tuple[str, Any]]:
    """New and changed inputs; for the stack, its outputs."""
    name = "outputDiff" if _type(urn) == STACK_TYPE else "inputDiff"
    difference = goal.get(name) or {}
    for given in (difference.get("adds") or {}, difference.get("updates") or {}):
        yield from ((name, value) for name, value in given.items() if name not in _BOOKKEEPING)


def _changes(before: Mapping[str, Any], given: Mapping[str, Any], goal: Mapping[str, Any]) -> Iterator[PropertyChange]:
    for name in sorted(given):
        yield from compare(name, before, given)
    for name in sorted((goal.get("inputDiff") or {}).get("deletes") or []):
        yield from compare(name, before, {})


def _unknowns(urn: str, given: Mapping[str, Any]) -> Iterator[Unknown]:
    type = _type(urn)
    for name in sorted(given):
        for path in unknowns(name, given[name]):
            yield Unknown(path, security_relevant(type, name))


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]
