"""No row is blind: each fails in an account that holds nothing, and with a plan that makes nothing."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.fidelity.coverage import tables
from tests.fidelity.table import DEPLOYED, Row
from tests.fidelity.world import Inputs, World

NOTHING = (AssertionError, LookupError, ClientError)


@pytest.mark.parametrize("environment", DEPLOYED)
def test_no_row_holds_with_an_empty_plan(environment: str) -> None:
    empty = World(environment, Inputs(()), Inputs(()))
    rows = [row for row in tables() if row.is_planned(environment)]
    assert rows
    assert not [told(row) for row in rows if holds(row, empty)]


@pytest.mark.sandbox
@pytest.mark.xdist_group("fidelity-broken")
@pytest.mark.parametrize("environment", DEPLOYED)
def test_no_row_holds_in_an_empty_account(environment: str, empty: World) -> None:
    rows = [row for row in tables() if environment in row.environments()]
    assert {row.source(environment) for row in rows} == {"cloud", "inputs"}
    nothing = World(environment, Inputs(()), Inputs(()), empty.cloud)
    assert not [told(row) for row in rows if holds(row, nothing)]


def holds(row: Row, world: World) -> bool:
    try:
        row.check(world)
    except NOTHING:
        return False
    return True


def told(row: Row) -> str:
    return f"{row.statement} {row.reading.what}: {row.place}"
