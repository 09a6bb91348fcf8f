"""Section 4: API Gateway and AppSync."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.environment import open_points
from tests.infra.statements.reading import check, cites, environment, holds, said


@said(
    ("4.1-01", "prod", "apis.dn.existing", "cjed05n28l"),  # C-58
    ("4.1-01", "prod", "apis.dn.name", "dn-api"),
    ("4.1-02", "prod", "apis.dn.stage", "staging"),  # C-59
    ("4.1-03", "prod", "apis.dn.throttle.burst", 5000),
    ("4.1-03", "prod", "apis.dn.throttle.rate", 10000),
    ("4.1-04", "prod", "apis.dn.log_level", "INFO"),
    ("4.1-05", "prod", "apis.dn.cache.ttl_seconds", 300),
    ("4.1-05", "prod", "apis.dn.cache.size_gb", "0.5"),  # C-61
    ("4.1-06", "prod", "apis.general.existing", "hmuujzief2"),
    ("4.1-06", "prod", "apis.general.name", "distronationfmGeneralAccess"),
    ("4.1-07", "prod", "apis.general.stage", "main"),
    ("4.1-08", "prod", "apis.general.authentication", "iam"),
    ("4.1-09", "prod", "apis.general.throttle.burst", 5000),
    ("4.1-09", "prod", "apis.general.throttle.rate", 10000),
    ("4.1-10", "prod", "apis.general.log_level", "INFO"),
    ("4.1-07", "prod", "apis.general.cache", None),  # C-61
    ("4.1-11", "staging", "apis.dn.stage", "staging"),
    ("4.1-12", "staging", "apis.dn.throttle.burst", 1000),
    ("4.1-12", "staging", "apis.dn.throttle.rate", 2000),
    ("4.1-12", "staging", "apis.general.throttle.burst", 1000),
    ("4.1-12", "staging", "apis.general.throttle.rate", 2000),
    ("4.1-13", "staging", "apis.dn.log_level", "INFO"),
    ("4.1-13", "staging", "apis.dn.detailed_metrics", True),
    ("4.1-14", "staging", "apis.dn.cache", None),  # C-63
    ("4.1-16", "staging", "apis.dn.data_trace", True),
    ("4.1-16", "staging", "apis.general.data_trace", True),
    ("4.1-17", "staging", "apis.dn.tracing", True),
    ("4.1-17", "staging", "apis.general.tracing", True),
    ("4.1-18", "staging", "apis.dn.mocks", True),
    ("4.1-19", "dev", "apis.dn.stage", "dev"),
    ("4.1-20", "dev", "apis.dn.throttle.burst", 100),
    ("4.1-20", "dev", "apis.dn.throttle.rate", 200),
    ("4.1-20", "dev", "apis.general.throttle.burst", 100),
    ("4.1-20", "dev", "apis.general.throttle.rate", 200),
    ("4.1-21", "dev", "apis.dn.data_trace", True),
    ("4.1-21", "dev", "apis.general.data_trace", True),
    ("4.1-22", "dev", "apis.dn.cache", None),
    ("4.1-23", "dev", "apis.dn.authentication", "none"),
    ("4.1-26", "dev", "apis.dn.mocks", True),
)
def test_4_1_api_gateway(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@holds(
    ("4.1-15", lambda: _authentication("staging") == _authentication("prod")),  # C-64
    ("4.1-25", lambda: all("localhost" in origin for origin in environment("dev").apis.dn.cors_origins)),
    ("4.1-25", lambda: environment("dev").apis.dn.cors_origins),
    ("4.2-09", lambda: "4.2-09" in {s for point in open_points(environment("prod")) for s in point.statements}),
)
def test_4_of_all(statement: str, condition: Callable[[], object]) -> None:
    assert condition()


@said(
    ("4.2-01", "prod", "graphql.existing", "jjxoyzwu4naxzpelrk6ncmoasi"),
    ("4.2-01", "prod", "graphql.name", "distrofmgraphql-main"),
    ("4.2-02", "prod", "graphql.authentication", ("AWS_IAM",)),
    ("4.2-05", "prod", "graphql.cache.size", "SMALL"),  # C-67
    ("4.2-06", "prod", "graphql.log_level", "ERROR"),
    ("4.2-07", "prod", "graphql.also_existing.dnbackendfunctionnew-dev", "bqgx7vc6ubf57pg2qewyx5ti2u"),
    ("4.2-08", "prod", "graphql.also_existing.dnbackendfunctions-dev", "yajg2ikl3bgf3gzpw5cg5r6ql4"),
    ("4.2-10", "dev", "graphql.existing", None),
    ("4.2-13", "dev", "graphql.introspection", True),  # C-70
    ("4.2-13", "prod", "graphql.introspection", False),
    ("4.2-14", "dev", "graphql.log_level", "ALL"),
    ("4.2-15", "dev", "graphql.tracing", True),
)
def test_4_2_appsync(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@cites("4.2-05")
def test_cached_resolvers_have_their_own_time_to_live(statement: str) -> None:
    cache = environment("prod").graphql.cache
    assert cache
    assert {"Query.artist", "Query.release"} <= cache.resolver_ttl.keys()
    assert len(set(cache.resolver_ttl.values())) > 1


@cites("C-66")
def test_staging_has_the_graphql_of_production_with_its_own_logging(statement: str) -> None:
    staging, prod = environment("staging").graphql, environment("prod").graphql
    assert (staging.authentication, staging.cache) == (prod.authentication, prod.cache)
    assert staging.log_level == "ALL"


def _authentication(env: str) -> tuple[str, str]:
    apis = environment(env).apis
    return apis.dn.authentication, apis.general.authentication
