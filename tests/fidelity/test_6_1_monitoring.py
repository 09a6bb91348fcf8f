"""Section 6.1: metrics, alarms, logs."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import at_least, containing, some, without
from tests.fidelity.readings.monitoring import alarms, budgets, logs, metrics
from tests.fidelity.table import Row, over, table

PRODUCTION = ["availability-dn", "availability-general", "availability-target-dn", "availability-target-general",
              "cold-start", "database-connections", "error-rate-dn", "error-rate-general", "lambda-throttles",
              "query-time", "response-time-dn", "response-time-general", "response-time-p95-dn",
              "response-time-p95-general"]  # fmt: skip
BELOW = ["database-cpu", "error-rate-dn", "error-rate-general"]
FUNCTIONS = containing("catalogue", "config", "health", "ingest", "upload")
BUSINESS = containing("DistroNation/prod UploadsIssued", "DistroNation/prod ReleasesCreated")
ESSENTIAL = containing("AWS/Lambda Errors", "AWS/ApiGateway 5XXError", "AWS/RDS CPUUtilization")
AT_ONCE, WARNING = ["alerts-immediate"], ["alerts-warning"]

TABLE = table(
    ("6.1-01", "prod", metrics, "AWS/Lambda Duration of", FUNCTIONS),
    ("6.1-01", "prod", metrics, "AWS/Lambda Errors of", FUNCTIONS),
    ("6.1-01", "prod", metrics, "AWS/Lambda Throttles of", FUNCTIONS),
    ("6.1-02", "prod", metrics, "AWS/ApiGateway Latency of", ["dn-api", "distronationfmGeneralAccess"]),
    ("6.1-02", "prod", metrics, "AWS/ApiGateway 4XXError of", ["dn-api", "distronationfmGeneralAccess"]),
    ("6.1-02", "prod", metrics, "AWS/ApiGateway 5XXError of", ["dn-api", "distronationfmGeneralAccess"]),
    ("6.1-03", "prod", metrics, "AWS/RDS CPUUtilization of", ["database-2-cluster"]),
    ("6.1-03", "prod", metrics, "AWS/RDS DatabaseConnections of", ["database-2-cluster"]),
    ("6.1-03", "prod", metrics, "AWS/RDS ReadLatency of", ["database-2-cluster"]),
    ("6.1-03", "prod", metrics, "AWS/RDS WriteLatency of", ["database-2-cluster"]),
    (
        "6.1-04",
        "prod",
        metrics,
        "names",
        BUSINESS,
    ),
    ("6.1-05", "prod", alarms, "error-rate-dn limit", 1),
    ("6.1-05", "prod", alarms, "error-rate-general limit", 1),
    ("6.1-05", "prod", alarms, "error-rate-dn goes-off", "GreaterThanThreshold"),
    ("6.1-05", "prod", alarms, "error-rate-dn tells", AT_ONCE),
    ("6.1-05", "prod", alarms, "error-rate-dn minutes", 1),
    ("6.1-06", "prod", alarms, "response-time-dn limit", 3000),  # C-77
    ("6.1-06", "prod", alarms, "response-time-general limit", 3000),
    ("6.1-06", "prod", alarms, "response-time-dn tells", WARNING),
    ("6.1-07", "prod", alarms, "database-connections limit", 2688),  # 80 % of the 3360 that 16 ACU give (C-78)
    ("6.1-07", "prod", alarms, "database-connections tells", WARNING),
    ("6.1-08", "prod", alarms, "lambda-throttles limit", 0),
    ("6.1-08", "prod", alarms, "lambda-throttles minutes", 1),
    ("6.1-08", "prod", alarms, "lambda-throttles tells", AT_ONCE),
    ("6.1-09", "prod", logs, "application days", [30]),
    ("6.1-10", "prod", logs, "access days", [90]),
    ("6.1-11", "prod", logs, "audit days", [365]),
    ("6.1-12", "staging dev", metrics, "names", without("DistroNation/")),  # none of production's business metrics
    (
        "6.1-12",
        "staging dev",
        metrics,
        "names",
        ESSENTIAL,
    ),
    ("6.1-13", "staging dev", metrics, "AWS/ApiGateway Count of", some()),
    ("6.1-13", "staging dev", metrics, "AWS/Lambda ConcurrentExecutions of", FUNCTIONS),
    ("6.1-14", "dev", metrics, "AWS/ApiGateway IntegrationLatency of", some()),
    ("6.1-14", "dev", metrics, "AWS/Lambda Invocations of", FUNCTIONS),
    ("6.1-15", "staging dev", alarms, "names", BELOW),
    ("6.1-15", "staging dev", alarms, "error-rate-dn tells", AT_ONCE),
    ("6.1-15", "staging dev", alarms, "error-rate-general tells", AT_ONCE),
    ("6.1-16", "staging dev", alarms, "database-cpu tells", WARNING),
    ("6.1-16", "staging dev", alarms, "database-cpu limit", 80),
    ("6.1-17", "staging dev", budgets, "monthly alerts-at", some()),
    ("6.1-18", "staging dev", logs, "application days", [7]),
    ("6.1-18", "staging dev", logs, "application groups", at_least(6)),  # one a function
    ("6.1-19", "staging dev", logs, "access days", [30]),
    ("6.1-20", "staging dev", logs, "debug days", [3]),
    ("1.1-04", "prod", alarms, "names", PRODUCTION),
    ("1.1-04", "prod", alarms, "each tells", some()),
)


@over(TABLE)
def test_6_1_monitoring(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
