"""When maintenance windows open and close (section 9.1); times go in and come out in UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from infra.environment.operation import Window

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = 12


@dataclass(frozen=True)
class Opening:
    """One occurrence of a window, in UTC; `closes` is not included."""

    opens: datetime
    closes: datetime

    def __contains__(self, at: datetime) -> bool:
        """Whether the window is open at that time."""
        return self.opens <= at < self.closes


def next_opening(window: Window, at: datetime) -> Opening:
    """The occurrence that is open at `at`, else the next one."""
    return next(opening for opening in _openings(window, at) if at < opening.closes)


def _openings(window: Window, at: datetime) -> Iterator[Opening]:
    zone = ZoneInfo(window.time_zone)
    start = at.astimezone(zone)
    for month in count(start.month - 1):
        day = _first(window.weekday, start.year + month // _MONTHS, month % _MONTHS + 1)
        opens, closes = (
            datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)
            for clock in (window.opens, window.closes)
        )
        yield Opening(opens, closes)


def _first(weekday: str, year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta((_WEEKDAYS.index(weekday) - first.weekday()) % len(_WEEKDAYS))
