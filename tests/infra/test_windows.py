"""9.1-01, C-10, C-11: Sunday 02:00 to 04:00 in New York, the first of the month, across clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.environment.operation import Window
from infra.environment.windows import next_opening

WINDOW = Window(weekday="sunday", opens="02:00", closes="04:00")
NEW_YORK = ZoneInfo("America/New_York")


def _utc(*parts: int) -> datetime:
    return datetime(parts[0], parts[1], parts[2], parts[3], tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "opens", "closes"),
    [
        (_utc(2026, 11, 28, 0), _utc(2026, 12, 6, 7), _utc(2026, 12, 6, 9)),
        (_utc(2026, 12, 6, 8), _utc(2026, 12, 6, 7), _utc(2026, 12, 6, 9)),
        (_utc(2026, 12, 6, 9), _utc(2027, 1, 3, 7), _utc(2027, 1, 3, 9)),
        (_utc(2026, 7, 1, 0), _utc(2026, 7, 5, 6), _utc(2026, 7, 5, 8)),
        (_utc(2026, 10, 31, 0), _utc(2026, 11, 1, 7), _utc(2026, 11, 1, 9)),  # clocks went back an hour before
        (_utc(2026, 3, 1, 7), _utc(2026, 3, 1, 7), _utc(2026, 3, 1, 9)),  # they go forward a week later
    ],
)
def test_it_opens_on_the_first_sunday_by_new_yorks_clock(at: datetime, opens: datetime, closes: datetime) -> None:
    found = next_opening(WINDOW, at)
    assert (found.opens, found.closes) == (opens, closes)
    assert opens in found
    assert closes - timedelta(seconds=1) in found
    assert closes not in found
    assert opens - timedelta(seconds=1) not in found


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- hypothesis adds it
def test_every_time_has_a_next_one(at: datetime) -> None:
    found = next_opening(WINDOW, at)
    local = found.opens.astimezone(NEW_YORK)
    assert at < found.closes
    assert found.opens - at <= timedelta(days=36)
    assert (local.weekday(), local.hour, (local.day - 1) // 7) == (6, 2, 0)
    assert found.closes.astimezone(NEW_YORK).hour == 4
