"""AppSync (section 4.2)."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Any

from tests.fidelity.table import Reading
from tests.fidelity.world import Things, World

_LOST = "moto has no resolvers and no data sources"


def _apis(world: World) -> Things:
    rows = world.live.aws("appsync").list_graphql_apis()["graphqlApis"]
    return {
        world.short(row["name"]): {
            "authentication": row["authenticationType"],
            "other-authentication": sorted(
                each["authenticationType"] for each in row.get("additionalAuthenticationProviders", [])
            ),
            "logs": row["logConfig"]["fieldLogLevel"],
            "tracing": row["xrayEnabled"],
            "queries": _fields(_schema(world, row["apiId"]), "Query"),
        }
        for row in rows
        if row["tags"].get("environment") == world.environment
    }


def _schema(world: World, id: str) -> str:
    answer = world.live.aws("appsync").get_introspection_schema(apiId=id, format="SDL")["schema"]
    with closing(answer):
        text: str = answer.read().decode()
    return text


def _fields(schema: str, kind: str) -> list[str]:
    """The fields of a type, in the schema definition language."""
    body = re.search(rf"^type {kind} \{{\n(.*?)^\}}", schema, re.MULTILINE | re.DOTALL)
    return sorted(re.findall(r"^  (\w+)\W", body[1], re.MULTILINE)) if body else []


def _planned_apis(world: World) -> Things:
    caches = [each.inputs for each in world.inputs.of("appsync/apiCache:ApiCache")]
    return {
        world.short(each.inputs["name"]): {
            "authentication": each.inputs["authenticationType"],
            "other-authentication": sorted(
                other["authenticationType"] for other in each.inputs.get("additionalAuthenticationProviders", [])
            ),
            "logs": each.inputs["logConfig"]["fieldLogLevel"],
            "tracing": each.inputs["xrayEnabled"],
            "queries": _fields(each.inputs["schema"], "Query"),
            "introspection": each.inputs["introspectionConfig"],
            "caching": caches[0]["apiCachingBehavior"] if caches else None,
            "protected": each.protect,
        }
        for each in world.inputs.of("appsync/graphQLApi:GraphQLApi")
    }


def _resolvers(world: World) -> Things:
    return {
        each.name: {"cached-seconds": _seconds(each.inputs), "by": each.inputs["dataSource"]}
        for each in world.inputs.of("appsync/resolver:Resolver")
    }


def _seconds(inputs: Any) -> int | None:
    caching = inputs.get("cachingConfig")
    return int(caching["ttl"]) if caching else None


graphql = Reading(
    "AppSync",
    _planned_apis,
    _apis,
    {
        "introspection": "moto loses it",
        "caching": "moto has caches, and the sandbox none: there is nothing to read",
        "protected": "the engine protects, not the cloud",
    },
)
resolvers = Reading("AppSync resolvers", _resolvers, reason=_LOST)
