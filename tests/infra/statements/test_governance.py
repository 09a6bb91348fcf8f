"""Sections 6 to 8: monitoring, performance, cost and security."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.infra.statements.reading import between, check, cites, environment, holds, said


@said(
    ("6.1-05", "prod", "monitoring.alarms.error-rate.above", 1),
    ("6.1-05", "prod", "monitoring.alarms.error-rate.severity", "immediate"),
    ("6.1-06", "prod", "monitoring.alarms.response-time.above", 3000),
    ("6.1-06", "prod", "monitoring.alarms.response-time.severity", "warning"),
    ("6.1-07", "prod", "monitoring.alarms.database-connections.above", 80),
    ("6.1-07", "prod", "monitoring.alarms.database-connections.severity", "warning"),
    ("6.1-08", "prod", "monitoring.alarms.lambda-throttles.above", 0),
    ("6.1-08", "prod", "monitoring.alarms.lambda-throttles.severity", "immediate"),
    ("6.1-09", "prod", "monitoring.log_retention.application", 30),
    ("6.1-10", "prod", "monitoring.log_retention.access", 90),
    ("6.1-11", "prod", "monitoring.log_retention.audit", 365),
    ("6.1-18", "staging", "monitoring.log_retention.application", 7),
    ("6.1-18", "dev", "monitoring.log_retention.application", 7),
    ("6.1-19", "staging", "monitoring.log_retention.access", 30),
    ("6.1-19", "dev", "monitoring.log_retention.access", 30),
    ("6.1-20", "staging", "monitoring.log_retention.debug", 3),
    ("6.1-20", "dev", "monitoring.log_retention.debug", 3),
    ("C-80", "dev", "monitoring.log_retention.audit", 30),
)
def test_6_1_monitoring(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@holds(
    ("6.1-01", lambda: "lambda" in environment("prod").monitoring.metrics),
    ("6.1-02", lambda: "api" in environment("prod").monitoring.metrics),
    ("6.1-03", lambda: "database" in environment("prod").monitoring.metrics),
    ("6.1-04", lambda: "business" in environment("prod").monitoring.metrics),
    (
        "6.1-12",
        lambda: all(_essential(env) < set(environment("prod").monitoring.metrics) for env in ("staging", "dev")),
    ),
    ("6.1-13", lambda: all("load-test" in environment(env).monitoring.metrics for env in ("staging", "dev"))),
    ("6.1-14", lambda: "debug" in environment("dev").monitoring.metrics),
    ("6.1-15", lambda: all(_alarms(env, "immediate") == {"error-rate"} for env in ("staging", "dev"))),
    ("6.1-16", lambda: all(_alarms(env, "warning") == {"database-cpu"} for env in ("staging", "dev"))),
    ("6.1-17", lambda: all(environment(env).cost.alert_percent for env in ("staging", "dev"))),
)
def test_6_1_of_all(statement: str, condition: Callable[[], object]) -> None:
    assert condition()


@said(
    ("6.2-01", "prod", "baselines.api-response-p95.target", 500),
    ("6.2-02", "prod", "baselines.api-response-p95.alert", 1000),
    ("6.2-02", "prod", "monitoring.alarms.response-time-p95.above", 1000),  # C-77
    ("6.2-03", "prod", "baselines.query-time-average.target", 100),
    ("6.2-04", "prod", "baselines.query-time-average.alert", 500),
    ("6.2-05", "prod", "baselines.cold-start.target", 2000),
    ("6.2-06", "prod", "baselines.cold-start.alert", 5000),
    ("6.2-07", "prod", "baselines.error-rate.target", 0.5),
    ("6.2-08", "prod", "baselines.error-rate.alert", 1),
    ("6.2-09", "prod", "baselines.availability.target", 99.9),
    ("6.2-10", "prod", "baselines.availability.alert", 99.5),
    ("C-05", "prod", "monitoring.alarms.availability-target.below", 99.9),
)
def test_6_2_performance(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@said(
    ("7.1-01", "prod", "cost.aws_services.lambda", between(200, 400)),
    ("7.1-02", "prod", "cost.aws_services.aurora", between(150, 300)),
    ("7.1-03", "prod", "cost.aws_services.s3", between(50, 150)),
    ("7.1-04", "prod", "cost.aws_services.api-gateway", between(50, 100)),
    ("7.1-05", "prod", "cost.aws_services.cloudfront", between(20, 50)),
    ("7.1-06", "prod", "cost.aws_services.other", between(30, 100)),
    ("7.1-07", "prod", "cost.aws", between(500, 1100)),
    ("7.1-08", "prod", "cost.firebase_services.authentication", between(20, 50)),
    ("7.1-09", "prod", "cost.firebase_services.realtime-database", between(30, 100)),
    ("7.1-10", "prod", "cost.firebase_services.storage", between(10, 30)),
    ("7.1-11", "prod", "cost.firebase_services.functions", between(10, 50)),
    ("7.1-12", "prod", "cost.firebase", between(70, 230)),
    ("7.1-13", "prod", "cost.total", between(570, 1330)),
    ("7.1-13", "prod", "cost.budget", 1330),  # C-79
    ("7.1-14", "staging", "cost.aws", between(150, 300)),
    ("7.1-14", "staging", "cost.aws_share", between(30, 40)),  # C-84
    ("7.1-15", "staging", "cost.firebase", between(20, 50)),
    ("7.1-15", "staging", "cost.firebase_share", between(25, 30)),
    ("7.1-16", "staging", "cost.total", between(170, 350)),
    ("7.1-16", "staging", "cost.budget", 350),
    ("7.1-17", "dev", "cost.aws", between(50, 150)),
    ("7.1-17", "dev", "cost.aws_share", between(10, 20)),
    ("7.1-18", "dev", "cost.firebase", between(10, 30)),
    ("7.1-18", "dev", "cost.firebase_share", between(15, 20)),
    ("7.1-19", "dev", "cost.total", between(60, 180)),
    ("7.1-19", "dev", "cost.budget", 180),
)
def test_7_1_cost(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@holds(
    ("7.2-03", lambda: all(each.lifecycle.transition_days == 0 for each in environment("prod").buckets.values())),
    ("7.2-04", lambda: environment("prod").cdn.price_class == "PriceClass_All"),
    ("7.2-05", lambda: all(each.spot or each.critical for env in ("staging", "dev") for each in _instances(env))),
    ("7.2-06", lambda: all(_hours(env).shutdown for env in ("staging", "dev"))),
    ("7.2-07", lambda: all(each.lifecycle.delete_after_days for env in ("staging", "dev") for each in _buckets(env))),
    ("7.2-08", lambda: environment("staging").network.shared),  # one owner, `shared` (C-85)
)
def test_7_2_cost_optimization(statement: str, condition: Callable[[], object]) -> None:
    assert condition()


@said(
    ("8.1-01", "prod", "security.mfa", True),
    ("8.1-02", "prod", "security.least_privilege", "enforced"),
    ("8.1-03", "prod", "database.direct_access", "prohibited"),
    ("8.1-05", "prod", "functions.network", "private-subnets"),
    ("8.1-06", "prod", "security.waf", True),
    ("8.1-08", "shared", "vpc.network_acls", True),
    ("8.1-09", "prod", "database.encryption_key", "customer"),
    ("8.1-10", "prod", "security.minimum_tls", "1.2"),
    ("8.1-10", "prod", "cdn.minimum_protocol", "TLSv1.2_2021"),
    ("8.1-11", "prod", "security.scanning", "daily"),
    ("8.1-12", "prod", "security.audit.data_events", True),
    ("8.1-13", "dev", "security.least_privilege", "relaxed"),
    ("8.1-14", "dev", "security.shared_identities", True),
    ("8.1-15", "dev", "database.direct_access", "team"),
    ("8.1-16", "dev", "firebase.authentication.providers", ("password",)),
    ("8.1-17", "dev", "network.vpc.network_acls", False),
    ("8.1-18", "dev", "network.tiers.app.sources", ("vpc",)),
    ("8.1-19", "dev", "network.vpc.interface_endpoints", ()),
    ("8.1-20", "dev", "network.tiers.database.sources", ("app",)),
    ("8.1-21", "dev", "security.encryption_enforced", False),  # C-39
    ("8.1-22", "dev", "refresh.source", "synthetic"),
    ("8.1-23", "dev", "refresh.cleanup", "daily"),
    ("8.1-24", "dev", "security.audit.data_events", False),
)
def test_8_1_security(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@cites("8.1-04")
def test_production_reaches_aws_by_endpoints(statement: str) -> None:
    check("shared", "vpc.interface_endpoints", ("secretsmanager", "ssm", "rds-data", "logs", "sqs"))
    check("shared", "vpc.gateway_endpoints", ("s3",))


@cites("8.1-07")
def test_the_groups_of_production_are_no_wider_than_section_2_4(statement: str) -> None:
    tiers = environment("prod").network.tiers
    assert not {"vpc", "internet"} & {*tiers.app.sources, *tiers.database.sources}


@cites("1.1-06", "1.1-20")
def test_staging_has_the_controls_of_production_and_dev_weaker_ones(statement: str) -> None:
    staging, prod, dev = (environment(env).security for env in ("staging", "prod", "dev"))
    assert staging == prod  # C-88
    assert dev != prod


def _essential(env: str) -> set[str]:
    return set(map(str, environment(env).monitoring.metrics)) - {"load-test", "debug"}


def _alarms(env: str, severity: str) -> set[str]:
    return {name for name, alarm in environment(env).monitoring.alarms.items() if alarm.severity == severity}


def _instances(env: str) -> Any:
    return environment(env).instances.values()


def _buckets(env: str) -> Any:
    return environment(env).buckets.values()


def _hours(env: str) -> Any:
    return environment(env).business_hours
