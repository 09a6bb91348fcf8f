"""Times as people say them, and clocks that are too far apart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.errors import OperationFailed
from promotion.clock import TOLERANCE, ago, check_clock
from tests.promotion.keys import NOW


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-30), "0 min ago"),
        (timedelta(seconds=59), "0 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=47, minutes=59), "47 h ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_ago(age: timedelta, text: str) -> None:
    assert ago(age) == text


@pytest.mark.parametrize("sign", [1, -1])
def test_two_minutes_are_tolerated(sign: int) -> None:
    check_clock(NOW, NOW + sign * TOLERANCE)
    with pytest.raises(OperationFailed, match="clock"):
        check_clock(NOW, NOW + sign * (TOLERANCE + timedelta(seconds=1)))
