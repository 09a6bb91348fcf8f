"""Sections 0.2, 1, 9 and 10: what environments are for, when they run, how releases reach them, how they recover."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.environment import ENVIRONMENTS, open_points
from tests.infra.statements.reading import at, between, check, cites, environment, holds, said, specifications

SIZES = ("database.max_acu", "functions.memory.most", "apis.dn.throttle.rate", "cost.total.most")


@said(
    ("0.2-01", "prod", "aliases", ("main", "PROD", "Production")),
    ("0.2-02", "staging", "name", "staging"),
    ("0.2-03", "dev", "name", "dev"),
    ("0.2-04", "local", "cloud", "emulated"),
    ("0.2-05", "prod", "account", "867653852961"),
    ("0.2-06", "prod", "region", "us-east-1"),
    ("0.2-06", "staging", "region", "us-east-1"),
    ("0.2-06", "dev", "region", "us-east-1"),
    ("0.2-08", "prod", "availability.target", 99.9),
    ("0.2-08", "prod", "availability.measured", "outside-maintenance"),  # C-04
    ("0.2-09", "staging", "account", "867653852961"),
    ("0.2-09", "dev", "account", "867653852961"),
    ("0.2-11", "staging", "availability.target", 95),
    ("0.2-12", "dev", "availability.target", 90),
    ("0.2-12", "dev", "availability.measured", "business-hours"),  # C-07
)
def test_0_2_summary(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@cites("0.2-10")
def test_every_derived_name_carries_its_environment(statement: str) -> None:
    for name in ENVIRONMENTS:
        assert environment(name).named("content") == f"distronation-{name}-content"
    assert specifications().shared.named("network") == "distronation-shared-network"


@said(
    ("1.1-07", "prod", "business_hours", None),
    ("1.1-15", "staging", "business_hours.opens", "08:00"),
    ("1.1-15", "staging", "business_hours.closes", "20:00"),
    ("1.1-24", "dev", "business_hours.opens", "08:00"),
    ("1.1-24", "dev", "business_hours.closes", "22:00"),
    ("1.1-24", "dev", "business_hours.time_zone", "America/New_York"),  # C-10
    ("1.1-16", "staging", "maintenance.window", None),
    ("1.1-25", "dev", "maintenance.window", None),
    ("1.1-25", "dev", "maintenance.notify_team", True),
    ("1.1-18", "dev", "security.ci_deploys", True),
    ("1.1-18", "staging", "security.ci_deploys", False),
    ("1.1-19", "dev", "promotion.approvals", ()),
    ("1.1-21", "dev", "external_apis.youtube.mode", "mock"),
    ("1.1-21", "dev", "refresh.source", "synthetic"),
    ("1.1-22", "dev", "apis.dn.tracing", True),
    ("1.1-22", "dev", "apis.general.tracing", True),
    ("1.1-22", "dev", "graphql.log_level", "ALL"),
)
def test_1_1_purpose_and_usage(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@holds(
    ("1.1-10", lambda: all(_at("staging", size) <= _at("prod", size) for size in SIZES)),
    ("1.1-13", lambda: all(api.mode == "mock" for api in environment("staging").external_apis.values())),  # C-14
    ("1.1-23", lambda: all(_at("dev", size) <= _at("staging", size) for size in SIZES)),
)
def test_1_1_of_all(statement: str, condition: Callable[[], object]) -> None:
    assert condition()


@said(
    ("1.2-01", "dev", "promotion.source", "local"),
    ("1.2-01", "staging", "promotion.source", "dev"),
    ("1.2-01", "prod", "promotion.source", "staging"),
    ("1.2-02", "dev", "promotion.trigger", "commit-to-feature-branch"),
    ("1.2-03", "staging", "promotion.branch", "staging"),
    ("1.2-05", "prod", "promotion.branch", None),  # the digest that staging validated (C-16)
    ("1.2-06", "dev", "promotion.trigger", "commit-to-feature-branch"),
    ("1.2-07", "dev", "promotion.approvals", ()),
    ("1.2-08", "dev", "promotion.suites", ("unit",)),
    ("1.2-09", "staging", "promotion.trigger", "merge-to-staging-branch"),
    ("1.2-10", "staging", "promotion.approvals", ("team-lead",)),
    ("1.2-11", "staging", "promotion.suites", ("integration",)),
    ("1.2-12", "prod", "promotion.trigger", "release-approval"),
    ("1.2-13", "prod", "promotion.approvals", ("product-manager", "engineering-lead")),
    ("1.2-14", "prod", "promotion.suites", ("regression",)),
)
def test_1_2_promotion(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@said(
    ("1.1-08", "prod", "maintenance.window.weekday", "sunday"),
    ("9.1-01", "prod", "maintenance.window.opens", "02:00"),
    ("9.1-01", "prod", "maintenance.window.closes", "04:00"),
    ("9.1-01", "prod", "maintenance.window.time_zone", "America/New_York"),
    ("9.1-01", "prod", "database.maintenance_window", "sun:07:00-sun:08:00"),  # C-89
    ("9.1-01", "prod", "database.minor_upgrades", False),  # C-89
    ("9.1-02", "prod", "maintenance.frequency", "monthly"),
    ("9.1-02", "prod", "maintenance.window.week", "first"),  # C-11
    ("9.1-04", "prod", "maintenance.emergency.approvals", ("engineering-lead", "on-call")),
    ("9.1-05", "prod", "maintenance.emergency.notice_minutes", 60),
    ("9.1-06", "prod", "maintenance.rollback_plan", True),
    ("9.1-07", "staging", "maintenance.notify_team", True),  # C-15
    ("9.1-08", "staging", "maintenance.frequency", "weekly"),
    ("9.1-09", "dev", "maintenance.window", None),
    ("9.1-10", "dev", "maintenance.frequency", "daily"),
)
def test_9_1_maintenance(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@cites("9.1-03")
def test_maintenance_covers_the_four_activities(statement: str) -> None:
    assert environment("prod").maintenance.activities == (
        "security patch deployment",
        "configuration updates",
        "performance optimization",
        "database maintenance",
    )


@said(
    ("9.2-01", "staging", "refresh.source", "production-sanitized"),
    ("9.2-02", "staging", "refresh.frequency", "weekly"),
    ("9.2-03", "staging", "refresh.sanitization", ("remove-pii", "mask-pii")),
    ("9.2-04", "staging", "refresh.manual_validation", True),
    ("9.2-05", "dev", "refresh.source", "synthetic"),
    ("9.2-06", "dev", "refresh.frequency", "daily"),
    ("9.2-07", "dev", "data_class", "synthetic"),
    ("9.2-08", "dev", "refresh.manual_validation", False),
)
def test_9_2_data_refresh(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@said(
    ("10.1-01", "prod", "recovery.rto_hours.most", 4),
    ("10.1-02", "prod", "recovery.rpo_hours", 1),
    ("10.1-03", "prod", "database.backup_retention_days", 30),
    ("10.1-04", "prod", "buckets.content.replicate_to", "us-west-2"),
    ("10.1-07", "prod", "recovery.steps", ("assess", "restore-database", "redeploy", "update-dns", "validate")),
    ("10.1-12", "staging", "recovery.rto_hours", between(8, 24)),
    ("10.1-12", "dev", "recovery.rto_hours", between(8, 24)),
    ("10.1-13", "staging", "recovery.rpo_hours", 24),
    ("10.1-13", "dev", "recovery.rpo_hours", 24),
    ("10.1-14", "staging", "recovery.strategy", "rebuild"),
    ("10.1-14", "dev", "recovery.sources", ("infrastructure-as-code",)),
)
def test_10_1_disaster_recovery(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@cites("10.1-05", "10.1-06")
def test_production_recovers_from_four_sources(statement: str) -> None:
    wanted = ("aurora-backup", "s3-replica", "infrastructure-as-code", "parameter-backup")
    assert environment("prod").recovery.sources == wanted


@cites("12.1-01", "12.2-02", "12.2-03")
def test_what_is_missing_of_the_document_is_open(statement: str) -> None:
    assert statement in {each for point in open_points(specifications().shared) for each in point.statements}


def _at(env: str, path: str) -> Any:
    return at(environment(env), path)
