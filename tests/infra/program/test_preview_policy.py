"""The policy that `preview` holds plans to, on the real plans of all stacks."""

from __future__ import annotations

import pytest

from operations.preview.policy import Case, failed, judge
from tests.infra.program.reading import Planned


@pytest.mark.parametrize("stack", ["local", "dev", "staging", "prod", "shared"])
def test_every_stack_holds_to_the_policy(planned: Planned, stack: str) -> None:
    verdicts = judge(Case(stack, planned(stack).resources))
    assert not failed(verdicts), verdicts
