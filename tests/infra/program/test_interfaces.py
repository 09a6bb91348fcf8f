"""Section 4: REST APIs and GraphQL, as the engine would make them."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

import json

import pytest

from tests.infra.program.reading import ABSENT, Planned, Row, said

API, STAGE = "apigateway/restApi:RestApi", "apigateway/stage:Stage"
SETTINGS, METHOD = "apigateway/methodSettings:MethodSettings", "apigateway/method:Method"
INTEGRATION, GRAPHQL = "apigateway/integration:Integration", "appsync/graphQLApi:GraphQLApi"
BURST, RATE = "settings.throttlingBurstLimit", "settings.throttlingRateLimit"


@said(
    ("4.1-01", "prod", API, "dn", "name", "dn-api"),
    ("4.1-02", "prod", STAGE, "dn", "stageName", "staging"),  # C-59
    ("4.1-02", "prod", STAGE, "dn", "tags.environment", "prod"),
    ("4.1-03", "prod", SETTINGS, "dn-settings", BURST, 5000),
    ("4.1-03", "prod", SETTINGS, "dn-settings", RATE, 10000),
    ("4.1-04", "prod", SETTINGS, "dn-settings", "settings.loggingLevel", "INFO"),
    ("4.1-05", "prod", STAGE, "dn", "cacheClusterEnabled", True),
    ("4.1-05", "prod", STAGE, "dn", "cacheClusterSize", "0.5"),  # C-61
    ("4.1-05", "prod", SETTINGS, "dn-catalogue-GET", "settings.cacheTtlInSeconds", 300),
    ("4.1-05", "prod", SETTINGS, "dn-catalogue-GET", "settings.cacheDataEncrypted", True),
    ("4.1-05", "prod", SETTINGS, "dn-settings", "settings.cachingEnabled", False),
    ("4.1-06", "prod", API, "general", "name", "distronationfmGeneralAccess"),
    ("4.1-07", "prod", STAGE, "general", "stageName", "main"),
    ("4.1-07", "prod", STAGE, "general", "cacheClusterEnabled", False),
    ("4.1-09", "prod", SETTINGS, "general-settings", BURST, 5000),
    ("4.1-09", "prod", SETTINGS, "general-settings", RATE, 10000),
    ("4.1-11", "staging", STAGE, "dn", "stageName", "staging"),
    ("4.1-12", "staging", SETTINGS, "dn-settings", BURST, 1000),
    ("4.1-12", "staging", SETTINGS, "dn-settings", RATE, 2000),
    ("4.1-13", "staging", SETTINGS, "dn-settings", "settings.metricsEnabled", True),
    ("4.1-14", "staging", STAGE, "dn", "cacheClusterEnabled", False),  # C-63
    ("4.1-16", "staging", SETTINGS, "dn-settings", "settings.dataTraceEnabled", True),
    ("4.1-17", "staging", STAGE, "dn", "xrayTracingEnabled", True),
    ("4.1-18", "staging", INTEGRATION, "dn-GET-external-youtube", "type", "MOCK"),
    ("4.1-19", "dev", STAGE, "dn", "stageName", "dev"),
    ("4.1-20", "dev", SETTINGS, "dn-settings", BURST, 100),
    ("4.1-20", "dev", SETTINGS, "dn-settings", RATE, 200),
    ("4.1-21", "dev", SETTINGS, "dn-settings", "settings.dataTraceEnabled", True),
    ("4.1-22", "dev", STAGE, "dn", "cacheClusterEnabled", False),
    ("4.1-25", "dev", METHOD, "dn-OPTIONS-uploads", "authorization", "NONE"),
    ("4.1-26", "dev", INTEGRATION, "dn-GET-external-spotify", "type", "MOCK"),
    ("2.1-02", "prod", INTEGRATION, "dn-GET-catalogue", "timeoutMilliseconds", 29000),  # C-17
    ("4.2-01", "prod", GRAPHQL, "graphql", "name", "distrofmgraphql-main"),
    ("4.2-02", "prod", GRAPHQL, "graphql", "authenticationType", "AWS_IAM"),
    ("4.2-02", "prod", GRAPHQL, "graphql", "additionalAuthenticationProviders", ABSENT),
    ("4.2-05", "prod", "appsync/apiCache:ApiCache", "cache", "apiCachingBehavior", "PER_RESOLVER_CACHING"),
    ("4.2-05", "prod", "appsync/resolver:Resolver", "Query.release", "cachingConfig.ttl", 300),
    ("4.2-05", "prod", "appsync/resolver:Resolver", "Query.releases", "cachingConfig.cachingKeys",
     ["$context.identity.userArn", "$context.arguments.after", "$context.arguments.limit"]),
    ("4.2-06", "prod", GRAPHQL, "graphql", "logConfig.fieldLogLevel", "ERROR"),
    ("4.2-13", "dev", GRAPHQL, "graphql", "introspectionConfig", "ENABLED"),  # C-70
    ("4.2-13", "prod", GRAPHQL, "graphql", "introspectionConfig", "DISABLED"),
    ("4.2-14", "dev", GRAPHQL, "graphql", "logConfig.fieldLogLevel", "ALL"),
    ("4.2-15", "dev", GRAPHQL, "graphql", "xrayEnabled", True),
)  # fmt: skip
def test_value(planned: Planned, row: Row) -> None:
    assert row.found(planned) == row.value


@pytest.mark.parametrize(("statement", "stack"), [("4.1-08", "prod"), ("4.1-15", "staging"), ("C-64", "staging")])
def test_every_method_of_a_function_asks_for_a_signature(planned: Planned, statement: str, stack: str) -> None:
    """The mocks, which tell nothing, and the exports' start, which checks Google's token, are the exceptions."""
    unsigned = {each.name for each in planned(stack).of(METHOD) if each.inputs["authorization"] != "AWS_IAM"}
    assert all("external" in name or name == "dn-POST-exports" for name in unsigned)


@pytest.mark.parametrize("statement", ["4.1-15"])
def test_staging_authenticates_each_method_as_production(planned: Planned, statement: str) -> None:
    staging, prod = (
        {each.name: each.inputs["authorization"] for each in planned(stack).of(METHOD)} for stack in ("staging", "prod")
    )
    assert {name: staging[name] for name in prod} == prod


@pytest.mark.parametrize("statement", ["4.1-23"])
def test_development_asks_for_no_signature(planned: Planned, statement: str) -> None:
    assert {each.inputs["authorization"] for each in planned("dev").of(METHOD)} == {"NONE"}


@pytest.mark.parametrize(("stack", "called"), [("prod", False), ("staging", True), ("dev", True)])
@pytest.mark.parametrize("statement", ["4.1-18", "4.1-26", "C-14"])
def test_foreign_services_are_mocked_below_production(
    planned: Planned, statement: str, stack: str, called: bool
) -> None:
    mocks = [each for each in planned(stack).of(INTEGRATION) if each.inputs["type"] == "MOCK"]
    assert bool(mocks) is called


@pytest.mark.parametrize("statement", ["C-61"])
def test_a_cached_answer_is_its_callers_and_its_questions_own(planned: Planned, statement: str) -> None:
    keys = planned("prod").one(INTEGRATION, "dn-GET-catalogue").inputs["cacheKeyParameters"]
    asked = ("header.Authorization", "querystring.after", "querystring.limit")
    assert keys == [f"method.request.{key}" for key in asked]


@pytest.mark.parametrize("stack", ["local", "dev", "staging", "prod"])
@pytest.mark.parametrize("statement", ["4.2-03", "4.2-04", "4.2-10"])
def test_every_field_that_the_database_answers_has_a_resolver(planned: Planned, statement: str, stack: str) -> None:
    schema = planned(stack).one(GRAPHQL, "graphql").inputs["schema"]
    resolvers = {each.name for each in planned(stack).of("appsync/resolver:Resolver")}
    roots = {name for name in resolvers if name.startswith(("Query.", "Mutation."))}
    assert roots == set(_root_fields(schema))
    assert ("schemaVersion" in schema) is (stack in {"local", "dev"})


def _root_fields(schema: str) -> list[str]:
    import re

    found = []
    for kind in ("Query", "Mutation"):
        body = schema.partition(f"type {kind} {{\n")[2].partition("\n}")[0]
        found += [f"{kind}.{name}" for name in re.findall(r"^  (\w+)[(:]", body, re.MULTILINE)]
    return found


@pytest.mark.parametrize("statement", ["C-52"])
def test_an_export_is_started_without_waiting_and_with_its_callers_token(planned: Planned, statement: str) -> None:
    inputs = planned("prod").one(INTEGRATION, "dn-POST-exports").inputs
    assert inputs["requestParameters"] == {"integration.request.header.X-Amz-Invocation-Type": "'Event'"}
    assert "$input.params('Authorization')" in inputs["requestTemplates"]["application/json"]
    assert not [each for each in planned("dev").of(INTEGRATION) if "exports" in each.name]  # 3.1-40


@pytest.mark.parametrize("statement", ["4.1-04", "4.1-10"])
def test_access_logs_are_lines_of_json(planned: Planned, statement: str) -> None:
    for stage in planned("prod").of(STAGE):
        assert json.loads(stage.inputs["accessLogSettings"]["format"])["requestId"] == "$context.requestId"
