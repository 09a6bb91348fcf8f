"""Sections 5 to 7 and 10: configuration, monitoring, cost, recovery, as the engine would make them."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

import json

import pytest

from infra.aws.alarms import max_connections
from tests.infra.program.reading import Planned, Row, at, said

SECRET, PARAMETER = "secretsmanager/secret:Secret", "ssm/parameter:Parameter"
ALARM, GROUP, BUDGET = "cloudwatch/metricAlarm:MetricAlarm", "cloudwatch/logGroup:LogGroup", "budgets/budget:Budget"


@said(
    ("5.1-08", "prod", SECRET, "database-credentials", "name", "prod/distronation/database-credentials"),
    ("5.1-09", "prod", SECRET, "youtube-api-keys", "name", "prod/distronation/youtube-api-keys"),
    ("5.1-10", "prod", SECRET, "spotify-credentials", "name", "prod/distronation/spotify-credentials"),
    ("5.1-11", "prod", SECRET, "firebase-admin-key", "name", "prod/distronation/firebase-admin-key"),
    ("5.1-11", "prod", SECRET, "firebase-admin-key", "tags.retire", "true"),  # C-72
    ("5.1-12", "staging", SECRET, "database-credentials", "name", "staging/distronation/database-credentials"),
    ("5.1-13", "staging", SECRET, "youtube-api-keys-test", "name", "staging/distronation/youtube-api-keys-test"),
    ("5.1-14", "staging", SECRET, "spotify-credentials-test", "name", "staging/distronation/spotify-credentials-test"),
    ("5.1-15", "dev", SECRET, "database-credentials", "name", "dev/distronation/database-credentials"),
    ("5.1-16", "dev", SECRET, "mock-api-keys", "name", "dev/distronation/mock-api-keys"),
    ("5.1-17", "dev", SECRET, "test-credentials", "name", "dev/distronation/test-credentials"),
    ("5.1-18", "prod", PARAMETER, "youtube-base-url", "insecureValue", "https://www.googleapis.com/youtube/v3"),
    ("5.1-19", "prod", PARAMETER, "youtube-quota", "insecureValue", "10000 units/day"),
    ("5.1-21", "prod", PARAMETER, "spotify-base-url", "insecureValue", "https://api.spotify.com/v1"),
    ("5.1-22", "prod", PARAMETER, "spotify-quota", "insecureValue", "100 requests/second"),
    ("5.1-25", "staging", PARAMETER, "youtube-quota", "insecureValue", "1000 units/day"),
    ("5.1-28", "dev", PARAMETER, "youtube-quota", "insecureValue", "100 units/day"),
    ("5.2-04", "prod", PARAMETER, "flag-new-upload-flow", "insecureValue", "false"),
    ("5.2-04", "prod", PARAMETER, "flag-new-upload-flow", "name", "/prod/features/new-upload-flow"),
    ("5.2-05", "prod", PARAMETER, "flag-enhanced-analytics", "insecureValue", "true"),
    ("5.2-06", "prod", PARAMETER, "flag-beta-api-endpoints", "insecureValue", "false"),
    ("5.2-07", "staging", PARAMETER, "flag-new-upload-flow", "insecureValue", "true"),
    ("5.2-08", "staging", PARAMETER, "flag-enhanced-analytics", "insecureValue", "true"),
    ("5.2-09", "staging", PARAMETER, "flag-beta-api-endpoints", "name", "/staging/features/beta-api-endpoints"),
    ("5.2-10", "dev", PARAMETER, "flag-new-upload-flow", "insecureValue", "true"),
    ("5.2-11", "dev", PARAMETER, "flag-enhanced-analytics", "insecureValue", "true"),
    ("5.2-12", "dev", PARAMETER, "flag-experimental-features", "name", "/dev/features/experimental-features"),
    ("C-03", "local", PARAMETER, "flag-new-upload-flow", "name", "/dev/features/new-upload-flow"),
)
def test_configuration(planned: Planned, row: Row) -> None:
    assert row.found(planned) == row.value


@said(
    ("6.1-05", "prod", ALARM, "error-rate-dn", "threshold", 1),
    ("6.1-06", "prod", ALARM, "response-time-dn", "threshold", 3000),
    ("6.1-06", "prod", ALARM, "response-time-dn", "tags.severity", "warning"),
    ("6.1-07", "prod", ALARM, "database-connections", "threshold", 0.8 * 3360),  # C-78
    ("6.1-08", "prod", ALARM, "lambda-throttles", "threshold", 0),
    ("6.1-08", "prod", ALARM, "lambda-throttles", "tags.severity", "immediate"),
    ("6.2-02", "prod", ALARM, "response-time-p95-dn", "threshold", 1000),  # C-77
    ("6.2-02", "prod", ALARM, "response-time-p95-dn", "metricQueries.0.metric.stat", "p95"),
    ("6.2-04", "prod", ALARM, "query-time", "threshold", 500),
    ("6.2-06", "prod", ALARM, "cold-start", "threshold", 5000),
    ("6.2-08", "prod", ALARM, "error-rate-general", "threshold", 1),
    ("6.2-10", "prod", ALARM, "availability-dn", "threshold", 99.5),
    ("6.2-10", "prod", ALARM, "availability-dn", "comparisonOperator", "LessThanThreshold"),
    ("C-05", "prod", ALARM, "availability-target-dn", "threshold", 99.9),
    ("6.1-16", "staging", ALARM, "database-cpu", "tags.severity", "warning"),
    ("6.1-09", "prod", GROUP, "lambda/health", "retentionInDays", 30),
    ("6.1-10", "prod", GROUP, "dn-access", "retentionInDays", 90),
    ("6.1-11", "shared", GROUP, "trail", "retentionInDays", 365),
    ("6.1-18", "staging", GROUP, "lambda/health", "retentionInDays", 7),
    ("6.1-19", "dev", GROUP, "dn-access", "retentionInDays", 30),
    ("6.1-20", "dev", GROUP, "dn-execution", "retentionInDays", 3),
    ("C-80", "local", GROUP, "trail", "retentionInDays", 30),
    ("7.1-13", "prod", BUDGET, "monthly", "limitAmount", "1330"),
    ("7.1-16", "staging", BUDGET, "monthly", "limitAmount", "350"),
    ("7.1-19", "dev", BUDGET, "monthly", "limitAmount", "180"),
    ("6.1-17", "dev", BUDGET, "monthly", "notifications.0.threshold", 80),
    ("6.1-17", "dev", BUDGET, "monthly", "costFilters.0.values", ["user:environment$dev"]),
    ("10.1-03", "prod", "backup/plan:Plan", "daily", "rules.0.lifecycle.deleteAfter", 30),
    ("8.1-12", "shared", "cloudtrail/trail:Trail", "trail", "isMultiRegionTrail", True),
    ("8.1-12", "shared", "cloudtrail/trail:Trail", "trail", "enableLogFileValidation", True),
    ("8.1-24", "local", "cloudtrail/trail:Trail", "trail", "eventSelectors.0.includeManagementEvents", True),
    ("8.1-11", "shared", "inspector2/enabler:Enabler", "scanning", "resourceTypes", ["EC2", "LAMBDA"]),
)
def test_operation(planned: Planned, row: Row) -> None:
    assert row.found(planned) == row.value


@pytest.mark.parametrize(("acu", "connections"), [(1, 189), (4, 823), (8, 1669), (16, 3360), (64, 5000)])
def test_the_limit_of_connections_is_the_one_that_aws_lists(acu: float, connections: int) -> None:
    """C-78."""
    assert max_connections(2, acu) == connections


def test_a_small_minimum_bounds_the_connections() -> None:
    """C-78."""
    assert max_connections(0.5, 16) == 2000


@pytest.mark.parametrize(("statement", "stack"), [("6.1-15", "staging"), ("6.1-15", "dev")])
def test_below_production_only_critical_errors_and_use_alarm(planned: Planned, statement: str, stack: str) -> None:
    assert {each.name for each in planned(stack).of(ALARM)} == {"error-rate-dn", "error-rate-general", "database-cpu"}


@pytest.mark.parametrize("stack", ["local", "dev", "staging", "prod"])
@pytest.mark.parametrize("statement", ["1.1-04", "C-76"])
def test_every_alarm_tells_somebody(planned: Planned, statement: str, stack: str) -> None:
    assert all(each.inputs["alarmActions"] for each in planned(stack).of(ALARM))


@pytest.mark.parametrize(
    ("statement", "metrics"),
    [
        ("6.1-01", ["Duration", "Errors", "Throttles"]),
        ("6.1-02", ["Latency", "4XXError", "5XXError"]),
        ("6.1-03", ["CPUUtilization", "DatabaseConnections", "ReadLatency", "WriteLatency"]),
        ("6.1-04", ["UploadsIssued", "AssetsIngested"]),
    ],
)
def test_productions_dashboard_shows(planned: Planned, statement: str, metrics: list[str]) -> None:
    body = json.loads(planned("prod").one("cloudwatch/dashboard:Dashboard", "dashboard").inputs["dashboardBody"])
    shown = {metric[1] for widget in body["widgets"] for metric in widget["properties"]["metrics"]}
    assert shown >= set(metrics)


@pytest.mark.parametrize(("statement", "stack"), [("6.1-12", "staging"), ("6.1-14", "dev")])
def test_below_production_no_business_metrics_are_shown(planned: Planned, statement: str, stack: str) -> None:
    body = planned(stack).one("cloudwatch/dashboard:Dashboard", "dashboard").inputs["dashboardBody"]
    assert "UploadsIssued" not in body
    assert ("Integration latency" in body) is (stack == "dev")


@pytest.mark.parametrize("statement", ["10.1-06"])
def test_the_configuration_is_backed_up_in_parameter_store(planned: Planned, statement: str) -> None:
    backup = planned("prod").one(PARAMETER, "backup")
    assert backup.inputs["name"] == "/prod/backup/configuration"
    assert backup.protect


@pytest.mark.parametrize("statement", ["8.1-12", "8.1-24"])
def test_the_trail_records_production_and_stagings_objects_and_not_developments(
    planned: Planned, statement: str
) -> None:
    trail = planned("shared").one("cloudtrail/trail:Trail", "trail").inputs
    buckets = at(trail, "eventSelectors.0.dataResources.0.values")
    assert "arn:aws:s3:::distronation-staging-content/" in buckets
    assert "arn:aws:s3:::distrofmb1ec38f05cba40828e65a98e039c6de4db8f9-main/" in buckets
    assert not [each for each in buckets if "-dev-" in each]


@pytest.mark.parametrize("stack", ["local", "dev", "staging", "prod"])
def test_no_secret_has_a_value_in_the_program(planned: Planned, stack: str) -> None:
    """Where the database's own secret lies, and the keys of mocks, are written; the engine hides the latter."""
    written = {each.name: each.inputs for each in planned(stack).of("secretVersion:SecretVersion")}
    assert set(written) <= {"database-credentials", "mock-api-keys"}
    hidden = at(written, "mock-api-keys.secretString.ciphertext")
    assert hidden == ("[secret]" if "mock-api-keys" in written else None)
