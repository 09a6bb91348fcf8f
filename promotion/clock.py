"""Time is the store's; a local clock may differ from it by two minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from infra.errors import OperationFailed

TOLERANCE = timedelta(minutes=2)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def check_clock(store: datetime, local: datetime) -> None:
    """Raises OperationFailed where this machine's clock and the store's are further apart than the tolerance."""
    if abs(store - local) > TOLERANCE:
        raise OperationFailed(
            f"This machine's clock says {local:%Y-%m-%d %H:%M:%S} UTC, the store's {store:%Y-%m-%d %H:%M:%S} UTC.",
            hint="Set the clock (more than two minutes apart, no time can be trusted).",
        )


def ago(age: timedelta) -> str:
    """A past time as people say it: `12 min ago`, `3 h ago`, `2 days ago`."""
    if age < _HOUR:
        return f"{max(0, age // timedelta(minutes=1))} min ago"
    return f"{age // _HOUR} h ago" if age < 2 * _DAY else f"{age // _DAY} days ago"
