"""A setting changed behind the engine's back shows in its rows: at least one a section, in a sandbox of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.fidelity.coverage import tables
from tests.fidelity.damage import DAMAGES, Damage
from tests.fidelity.table import Row
from tests.fidelity.world import Inputs, World
from tests.fidelity.wrong_plans import WRONG_PLANS, WrongPlan

Worlds = Callable[[str], World]


def rows(statement: str, environment: str) -> list[Row]:
    found = [row for row in tables() if row.statement == statement and environment in row.environments()]
    assert found, f"{statement} has no row for {environment}"
    return found


def failing(statement: str, world: World) -> list[str]:
    """The places that do not hold in an environment as it is now, or as it is planned."""
    found = []
    for row in rows(statement, world.environment):
        if not (world.cloud or row.is_planned(world.environment)):
            continue
        try:
            row.check(world)
        except (AssertionError, LookupError):
            found.append(row.place)
    return found


@pytest.mark.sandbox
@pytest.mark.xdist_group("fidelity-broken")
@pytest.mark.parametrize("damage", DAMAGES, ids=[each.statement for each in DAMAGES])
def test_a_change_behind_the_engines_back_shows(
    damage: Damage, broken: Callable[[], AbstractContextManager[World]]
) -> None:
    with broken() as sound:
        assert not failing(damage.statement, sound)
        damage.do(sound.live)
    with broken() as changed:
        assert damage.place in failing(damage.statement, changed)


@pytest.mark.xdist_group("rehearsal")
@pytest.mark.parametrize("wrong", WRONG_PLANS, ids=[f"{each.environment}-{each.statement}" for each in WRONG_PLANS])
def test_a_wrong_plan_shows(wrong: WrongPlan, world: Worlds) -> None:
    planned = world(wrong.environment)
    changed = World(planned.environment, Inputs(wrong.changed(planned.inputs)), planned.shared)
    assert not failing(wrong.statement, World(planned.environment, planned.inputs, planned.shared))
    assert wrong.place in failing(wrong.statement, changed)
