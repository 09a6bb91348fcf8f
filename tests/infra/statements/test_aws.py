"""Section 2: compute, database, storage and network."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.environment import Environment, open_points
from infra.environment.network import Tier
from tests.infra.statements.reading import between, check, environment, holds, said, specifications

CONTENT = "distrofmb1ec38f05cba40828e65a98e039c6de4db8f9-main"


@said(
    ("2.1-01", "prod", "functions.memory", between(512, 1024)),
    ("2.1-02", "prod", "functions.timeout.api", 30),
    ("2.1-02", "prod", "apis.dn.integration_timeout", 29000),  # C-17
    ("2.1-03", "prod", "functions.timeout.background", 900),
    ("2.1-04", "prod", "functions.concurrency", "reserved"),
    ("2.1-05", "prod", "functions.dead_letter_queues", True),
    ("2.1-06", "prod", "functions.network", "private-subnets"),
    ("2.1-07", "staging", "functions.memory", between(256, 512)),
    ("2.1-08", "staging", "functions.timeout.api", 30),
    ("2.1-08", "staging", "functions.timeout.background", 900),
    ("2.1-09", "staging", "functions.concurrency", "shared"),
    ("2.1-10", "staging", "functions.dead_letter_queues", True),
    ("2.1-11", "staging", "network.shared", True),
    ("2.1-12", "dev", "functions.memory", between(128, 256)),
    ("2.1-14", "dev", "functions.concurrency", "shared"),
    ("2.1-15", "dev", "functions.dead_letter_queues", True),  # optional: the choice is stated
    ("2.1-16", "dev", "network.compute_zones", 1),
    ("2.1-17", "prod", "instances.shazampy.existing", "i-0063537094eb961dd"),
    ("2.1-18", "prod", "instances.shazampy.type", "t3.micro"),
    ("2.1-19", "prod", "instances.shazampy.purpose", "Shazampy-env service"),
    ("2.1-20", "prod", "instances.shazampy.scaling", "manual"),
    ("2.1-20", "prod", "instances.shazampy.automatic_recovery", True),  # C-08
    ("2.1-21", "prod", "instances.shazampy.detailed_monitoring", True),
    ("2.1-22", "prod", "instances.shazampy.daily_snapshots", True),
    ("2.1-23", "staging", "instances.services.type", "t2.micro"),  # C-22
    ("2.1-24", "staging", "instances.services.scaling", "none"),
    ("2.1-25", "staging", "instances.services.detailed_monitoring", False),
    ("2.1-26", "dev", "instances.tools.spot", True),
    ("2.1-27", "dev", "instances.tools.scaling", "none"),
    ("2.1-28", "dev", "instances.tools.detailed_monitoring", False),
)
def test_2_1_compute(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@holds(
    ("2.1-01", lambda: all(each.memory in between(512, 1024) for each in environment("prod").functions.deployed())),
    ("2.1-02", lambda: {each.timeout for each in _functions("prod", "api")} == {30}),
    ("2.1-03", lambda: {each.timeout for each in _functions("prod", "background", "async")} == {900}),
    ("2.1-04", lambda: all((each.reserved_concurrency is not None) == _critical(each) for each in _functions("prod"))),
    ("2.1-05", lambda: all(each.dead_letter_queue for each in _functions("prod", "async"))),
    ("2.1-09", lambda: all(each.reserved_concurrency is None for each in _functions("staging"))),
    ("2.1-13", lambda: all(each.timeout < _timeout_in_prod(each) for each in _functions("dev"))),
    ("2.1-14", lambda: all(each.reserved_concurrency is None for each in _functions("dev"))),
)
def test_2_1_functions(statement: str, condition: Callable[[], object]) -> None:
    assert condition()


@said(
    ("2.2-01", "prod", "cluster", "database-2-cluster"),
    ("2.2-02", "prod", "database.instance_class", "db.serverless"),  # C-24
    ("2.2-02", "prod", "database.engine", "aurora-postgresql"),
    ("2.2-03", "prod", "database.min_acu", 2),
    ("2.2-04", "prod", "database.max_acu", 16),
    ("2.2-05", "prod", "database.backup_retention_days", 30),
    ("2.2-06", "prod", "database.multi_az", True),
    ("2.2-07", "prod", "database.encryption_key", "customer"),
    ("2.2-09", "staging", "database.instance_class", "db.serverless"),
    ("2.2-10", "staging", "database.min_acu", 0.5),  # C-26
    ("2.2-11", "staging", "database.max_acu", 4),
    ("2.2-12", "staging", "database.backup_retention_days", 7),
    ("2.2-13", "staging", "database.instances", 1),
    ("2.2-14", "staging", "database.encryption_key", "aws"),  # C-28
    ("2.2-16", "dev", "database.instance_class", "db.serverless"),
    ("2.2-17", "dev", "database.min_acu", 0.5),
    ("2.2-18", "dev", "database.max_acu", 2),
    ("2.2-19", "dev", "database.backup_retention_days", 1),
    ("2.2-20", "dev", "database.instances", 1),
    ("2.2-21", "dev", "database.encryption_key", "aws"),
    ("2.2-22", "prod", "database.direct_access", "prohibited"),
    ("2.2-22", "prod", "database.data_api", "required"),
    ("2.2-23", "prod", "database.data_api", "required"),  # counts as pooling (C-31)
    ("2.2-24", "prod", "database.instances", 2),  # the Multi-AZ reader is the replica (C-32)
    ("2.2-25", "prod", "database.performance_insights", True),
    ("2.2-26", "staging", "database.direct_access", "senior-developers"),
    ("2.2-27", "staging", "database.data_api", "preferred"),
    ("2.2-28", "staging", "database.instances", 1),
    ("2.2-29", "staging", "database.performance_insights", False),
    ("2.2-30", "dev", "database.direct_access", "team"),
    ("2.2-31", "dev", "database.data_api", "available"),
    ("2.2-32", "dev", "database.instances", 1),
    ("2.2-33", "dev", "database.performance_insights", False),
)
def test_2_2_database(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@holds(
    ("2.2-08", lambda: "2.2-08" in _open("staging") and environment("staging").cluster.startswith("distronation-")),
    ("2.2-15", lambda: "2.2-15" in _open("dev") and environment("dev").cluster.startswith("distronation-")),
    ("2.3-02", lambda: "2.3-02" in _open("prod")),  # C-36
    ("2.3-08", lambda: "2.3-08" in _open("staging") and environment("staging").bucket("content")),
    ("2.3-14", lambda: "2.3-14" in _open("dev") and environment("dev").bucket("content")),
    ("2.4-01", lambda: "2.4-01" in {s for point in open_points(specifications().shared) for s in point.statements}),
    ("2.4-17", lambda: "2.4-17" in _open("prod")),
    ("2.4-20", lambda: "2.4-20" in _open("prod")),  # C-45
    ("2.4-21", lambda: "2.4-21" in _open("staging")),
    ("2.4-25", lambda: "2.4-25" in _open("dev")),
)
def test_2_what_is_to_be_documented_is_an_open_point(statement: str, condition: Callable[[], object]) -> None:
    assert condition()


@said(
    ("2.3-01", "prod", "buckets.content.existing", CONTENT),
    ("2.3-03", "prod", "buckets.content.versioning", True),
    ("2.3-05", "prod", "buckets.content.lifecycle.transition_days", 0),
    ("2.3-06", "prod", "buckets.content.critical", True),  # C-37
    ("2.3-06", "prod", "buckets.content.replicate_to", "us-west-2"),
    ("2.3-07", "prod", "buckets.content.public_access", None),
    ("2.3-09", "staging", "buckets.content.versioning", True),
    ("2.3-11", "staging", "buckets.content.lifecycle.transition_days", 0),  # C-38
    ("2.3-11", "staging", "buckets.content.lifecycle.delete_after_days", 30),
    ("2.3-12", "staging", "buckets.content.replicate_to", None),
    ("2.3-13", "staging", "buckets.content.public_access", None),
    ("2.3-15", "dev", "buckets.content.versioning", False),  # optional: the choice is stated
    ("2.3-17", "dev", "buckets.content.lifecycle.delete_after_days", 7),
    ("2.3-18", "dev", "buckets.content.replicate_to", None),
    ("2.3-19", "dev", "buckets.content.public_access", None),  # only where declared, with an end (C-40)
)
def test_2_3_storage(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@holds(
    ("2.3-04", lambda: _buckets("prod", "encryption") == {"AES256"}),
    ("2.3-10", lambda: _buckets("staging", "encryption") == {"AES256"}),
    ("2.3-16", lambda: _buckets("dev", "encryption") == {"AES256"}),
    ("2.3-07", lambda: _buckets("prod", "public_access") == {None}),
    ("2.3-12", lambda: _buckets("staging", "replicate_to") == {None}),
)
def test_2_3_of_every_bucket(statement: str, condition: Callable[[], object]) -> None:
    assert condition()


@said(
    ("2.4-02", "shared", "vpc.public_zones", 2),
    ("2.4-03", "shared", "vpc.private_zones", 2),
    ("2.4-04", "prod", "network.tiers.web", Tier(ports=(80, 443), sources=("internet",))),
    ("2.4-05", "prod", "network.tiers.app", Tier(ports=(), sources=("web", "app"))),
    ("2.4-06", "prod", "network.tiers.database", Tier(ports=(5432,), sources=("app",))),
    ("2.4-07", "shared", "vpc.nat_gateways", 2),
    ("2.4-08", "staging", "network.vpc", None),
    ("2.4-09", "staging", "network.tiers.app", Tier(ports=(), sources=("web", "app"))),
    ("2.4-10", "staging", "network.compute_zones", 2),
    ("2.4-11", "staging", "network.tiers.database", Tier(ports=(5432,), sources=("app",))),
    ("2.4-12", "staging", "network.shared", True),
    ("2.4-13", "dev", "network.shared", False),  # C-43
    ("2.4-14", "dev", "network.vpc.public_zones", 1),
    ("2.4-15", "dev", "network.tiers.app.sources", ("vpc",)),
    ("2.4-16", "dev", "network.vpc.nat_gateways", 1),
    ("2.4-18", "shared", "zone.existing", "Z0969604XDAUQX7C50JF"),
    ("2.4-19", "prod", "dns.certificate", "wildcard"),
    ("2.4-20", "prod", "cdn.existing_count", 5),
    ("2.4-20", "prod", "cdn.distribution", "existing"),
    ("2.4-22", "staging", "dns.zone", None),
    ("2.4-23", "staging", "dns.certificate", "wildcard"),
    ("2.4-24", "staging", "cdn.distribution", "own"),  # C-44
    ("2.4-26", "dev", "dns.zone", None),
    ("2.4-27", "dev", "dns.certificate", "domain"),
    ("2.4-28", "dev", "cdn.distribution", "none"),
)
def test_2_4_network(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


def _functions(env: str, *kinds: str) -> list[Any]:
    return [each for each in environment(env).functions.deployed() if not kinds or each.kind in kinds]


def _critical(function: Any) -> bool:
    return function.name in environment("prod").functions.critical


def _timeout_in_prod(function: Any) -> int:
    timeout = environment("prod").functions.timeout
    return timeout.api if function.kind == "api" else timeout.background


def _buckets(env: str, field: str) -> set[object]:
    found: Environment = environment(env)
    return {getattr(bucket, field) for bucket in found.buckets.values()}


def _open(env: str) -> set[str]:
    return {statement for point in open_points(environment(env)) for statement in point.statements}
