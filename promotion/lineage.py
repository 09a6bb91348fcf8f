"""Whether a state comes from a signed one by a plan alone: what a promotion that was killed may go on from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.canonical import State
from engine.plan import Plan
from engine.state import STACK_TYPE


def strangers(start: State, now: State, plan: Plan) -> tuple[str, ...]:
    """URNs that differ between the two although the plan changes nothing of them; none where it alone was at work."""
    touched = {step.urn for step in plan.steps if step.op not in {"same", "keep"}}
    before, after = _entries(start), _entries(now)
    differing = (urn for urn in before.keys() | after.keys() if before.get(urn) != after.get(urn))
    return tuple(sorted(urn for urn in differing if urn not in touched and STACK_TYPE not in urn.split("::")[2:3]))


def _entries(state: State) -> Mapping[str, list[Any]]:
    """What a state says of each URN: one that is replaced stands there twice."""
    found: dict[str, list[Any]] = {}
    for entry in json.loads(state.content)["deployment"].get("resources") or []:
        found.setdefault(entry["urn"], []).append(entry)
    return found
