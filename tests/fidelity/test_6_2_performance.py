"""Section 6.2: the alert thresholds of the performance table; its targets are measured by `distro baseline`."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.readings.monitoring import alarms
from tests.fidelity.table import Row, over, table

TABLE = table(
    ("6.2-02", "prod", alarms, "response-time-p95-dn limit", 1000),
    ("6.2-02", "prod", alarms, "response-time-p95-general limit", 1000),
    ("6.2-02", "prod", alarms, "response-time-p95-dn statistic", "p95"),
    ("6.2-04", "prod", alarms, "query-time limit", 500),
    ("6.2-06", "prod", alarms, "cold-start limit", 5000),
    ("6.2-08", "prod", alarms, "error-rate-dn limit", 1),
    ("6.2-10", "prod", alarms, "availability-dn limit", 99.5),
    ("6.2-10", "prod", alarms, "availability-dn goes-off", "LessThanThreshold"),
    ("6.2-10", "prod", alarms, "availability-target-dn limit", 99.9),  # C-05
)


@over(TABLE)
def test_6_2_performance(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
