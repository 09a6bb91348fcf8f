"""Every smoke check that concerns the environment, a test each."""

from __future__ import annotations

import pytest

from operations.smoke import Check, Context
from operations.smoke.run import CHECKS
from tests.suites.deployed import specification

CONCERNED = [check for check in CHECKS if check.concerns(specification())]


@pytest.mark.parametrize("check", CONCERNED, ids=[check.name for check in CONCERNED])
def test_check(check: Check, context: Context) -> None:
    check.run(context)
