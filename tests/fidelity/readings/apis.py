"""REST APIs: stages and methods as they are set, and what calls answer (section 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fidelity.table import Reading
from tests.fidelity.world import Things, World

_PAGE = "http://localhost:3000"


def _apis(world: World) -> Things:
    gateway = world.live.aws("apigateway")
    return {
        world.short(row["name"]): _api(world, row["id"])
        for row in gateway.get_rest_apis(limit=500)["items"]
        if _environment(world, row["id"]) == world.environment
    }


def _environment(world: World, *place: str) -> str | None:
    """Whose an API is, or one of its stages."""
    arn = "/".join(("arn:aws:apigateway:us-east-1::/restapis", *place))
    told: dict[str, str] = world.live.aws("apigateway").get_tags(resourceArn=arn)["tags"]
    return told.get("environment")


def _api(world: World, id: str) -> dict[str, Any]:
    gateway = world.live.aws("apigateway")
    stages = gateway.get_stages(restApiId=id)["item"]
    assert len(stages) == 1, f"{len(stages)} stages"
    (stage,) = stages
    methods = _methods(world, id)
    every = stage["methodSettings"]["*/*"]
    cached = [place for place, settings in stage["methodSettings"].items() if settings["cachingEnabled"]]
    return {
        "stage": stage["stageName"],
        "environment": _environment(world, id, "stages", stage["stageName"]),
        "burst": every["throttlingBurstLimit"],
        "rate": every["throttlingRateLimit"],
        "logs": every["loggingLevel"],
        "bodies-logged": every["dataTraceEnabled"],
        "metrics": every["metricsEnabled"],
        "tracing": stage["tracingEnabled"],
        "cache": stage["cacheClusterEnabled"],
        "cache-gb": stage.get("cacheClusterSize"),
        "cached": sorted(cached),
        "cache-seconds": sorted({stage["methodSettings"][place]["cacheTtlInSeconds"] for place in cached}),
        "mocks": sorted(name for name, (_, kind) in methods.items() if kind == "MOCK"),
        "unsigned": sorted(name for name, (authorization, _) in methods.items() if authorization == "NONE"),
        "signed": sorted(name for name, (authorization, _) in methods.items() if authorization == "AWS_IAM"),
        "preflight": sorted(name for name in methods if name.startswith("OPTIONS")),
    }


def _methods(world: World, id: str) -> dict[str, tuple[str, str]]:
    """`GET /health` → how it is authorized, and what kind of integration answers."""
    rows = world.live.aws("apigateway").get_resources(restApiId=id, embed=["methods"], limit=500)["items"]
    return {
        f"{verb} {row['path']}": (method["authorizationType"], method["methodIntegration"]["type"])
        for row in rows
        for verb, method in row.get("resourceMethods", {}).items()
    }


def _planned_apis(world: World) -> Things:
    return {
        world.short(each.inputs["name"]): _planned_api(world, each.name) | {"protected": each.protect}
        for each in world.inputs.of("apigateway/restApi:RestApi")
    }


def _planned_api(world: World, label: str) -> dict[str, Any]:
    stage = world.inputs.one("apigateway/stage:Stage", label).inputs
    rows = [each.inputs for each in world.inputs.of("MethodSettings") if each.component == f"api-{label}"]
    every = next(row["settings"] for row in rows if row["methodPath"] == "*/*")
    cached = [row for row in rows if row["settings"].get("cachingEnabled")]
    methods = _planned_methods(world, label)
    return {
        "stage": stage["stageName"],
        "environment": stage["tags"]["environment"],
        "burst": every["throttlingBurstLimit"],
        "rate": every["throttlingRateLimit"],
        "logs": every["loggingLevel"],
        "bodies-logged": every["dataTraceEnabled"],
        "metrics": every["metricsEnabled"],
        "tracing": stage["xrayTracingEnabled"],
        "cache": stage["cacheClusterEnabled"],
        "cache-gb": stage.get("cacheClusterSize"),
        "cached": sorted(row["methodPath"] for row in cached),
        "cache-seconds": sorted({row["settings"]["cacheTtlInSeconds"] for row in cached}),
        "mocks": sorted(name for name, (_, kind) in methods.items() if kind == "MOCK"),
        "unsigned": sorted(name for name, (authorization, _) in methods.items() if authorization == "NONE"),
        "signed": sorted(name for name, (authorization, _) in methods.items() if authorization == "AWS_IAM"),
        "preflight": sorted(name for name in methods if name.startswith("OPTIONS")),
    }


def _planned_methods(world: World, label: str) -> dict[str, tuple[str, str]]:
    """Paths hang on ids that are known later: the program's names say them, `dn-GET-catalogue-id`."""
    kinds = {each.name: each.inputs["type"] for each in world.inputs.of("apigateway/integration:Integration")}
    parts = {each.name: each.inputs["pathPart"] for each in world.inputs.of("apigateway/resource:Resource")}
    return {
        _planned_place(each.name.removeprefix(f"{label}-"), label, parts): (
            each.inputs["authorization"],
            kinds[each.name],
        )
        for each in world.inputs.of("apigateway/method:Method")
        if each.component == f"api-{label}"
    }


def _planned_place(name: str, label: str, parts: Mapping[str, str]) -> str:
    """`GET-catalogue-id` → `GET /catalogue/{id}`: each resource above has a shorter name."""
    verb, _, place = name.partition("-")
    above = [place[:end] for end in range(1, len(place) + 1) if f"{label}-{place[:end]}" in parts]
    return f"{verb} /" + "/".join(parts[f"{label}-{shorter}"] for shorter in above)


def _calls(world: World) -> Things:
    """What an unsigned caller on a page of local development gets."""
    url, http = world.live.variables["API_URL"], world.live.http
    asked = {"Origin": _PAGE, "Access-Control-Request-Method": "POST"}
    answers = {
        "GET /health": http.get(f"{url}/health"),
        "GET /external/youtube": http.get(f"{url}/external/youtube"),
        "GET /external/spotify": http.get(f"{url}/external/spotify"),
        "OPTIONS /uploads": http.options(f"{url}/uploads", headers=asked),
    }
    found = {
        name: {
            "status": answer.status_code,
            "says": answer.text,
            "allowed-origin": answer.headers.get("access-control-allow-origin"),
        }
        for name, answer in answers.items()
    }
    return {**found, "test-invoke": {"status": _test_invoke(world)}}


def _test_invoke(world: World) -> int:
    """As the console of API Gateway tries a method."""
    gateway = world.live.aws("apigateway")
    rows = gateway.get_rest_apis(limit=500)["items"]
    api = next(row["id"] for row in rows if row["name"] == f"{world.prefix}dn-api")
    resources = gateway.get_resources(restApiId=api, limit=500)["items"]
    place = next(row["id"] for row in resources if row["path"] == "/external/youtube")
    answer = gateway.test_invoke_method(
        restApiId=api, resourceId=place, httpMethod="GET", pathWithQueryString="/external/youtube"
    )
    return int(answer["status"])


apis = Reading("REST APIs", _planned_apis, _apis, {"protected": "the engine protects, not the cloud"})
calls = Reading("calls of the API", deployed=_calls)
