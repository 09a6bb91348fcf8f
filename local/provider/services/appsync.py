"""AppSync: GraphQL APIs and their caches.

Nothing answers queries in the sandbox; the URLs lead to moto, and to no real address.
"""

from __future__ import annotations

import time
from typing import Any, ClassVar

from infra.errors import OperationFailed
from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, declared
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.spelling import Spelling
from local.provider.tags import tag_changes

LOST = "moto drops it"

APPSYNC = Spelling(
    {"cloudwatchLogsRoleArn": "cloudWatchLogsRoleArn", "openidConnectConfig": "openIDConnectConfig"}, lower=True
)

BLOCKS = (
    "logConfig",
    "userPoolConfig",
    "openidConnectConfig",
    "lambdaAuthorizerConfig",
    "additionalAuthenticationProviders",
)
"""Blocks that CreateGraphqlApi and UpdateGraphqlApi take as they are."""

PLAIN = ("name", "authenticationType", "xrayEnabled")

PATIENCE = 30.0
"""Seconds until a schema has to be accepted."""


class GraphQLApi(Resource):
    """An API; its schema is checked when it is sent."""

    type = "aws:appsync/graphQLApi:GraphQLApi"
    service = "appsync"
    name = "name"
    properties: ClassVar = {
        **dict.fromkeys(PLAIN, Property()),
        **dict.fromkeys(BLOCKS, Property(same=declared)),
        "xrayEnabled": Property(default=False),
        "visibility": Property(replace=True, default="GLOBAL"),
        "schema": recorded("moto checks and keeps it, and gives back a text of its own"),
        "introspectionConfig": recorded(LOST, computed=True),
        "queryDepthLimit": recorded(LOST, computed=True),
        "resolverCountLimit": recorded(LOST, computed=True),
        "apiType": recorded(LOST, replace=True, computed=True),
        "enhancedMetricsConfig": recorded(LOST),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The API, then its schema."""
        appsync = cloud.client("appsync", inputs.get("region"))
        answer = appsync.create_graphql_api(
            **_settings(inputs), visibility=inputs["visibility"], tags=dict(inputs.get("tags") or {})
        )
        api = answer["graphqlApi"]
        with partly(api["apiId"]):
            if inputs.get("schema"):
                self._schema(appsync, api["apiId"], inputs["schema"])
        return Created(api["apiId"], self._computed(cloud, api))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        appsync = cloud.client("appsync", inputs.get("region"))
        answer = found(lambda: appsync.get_graphql_api(apiId=id))
        if answer is None:
            return None
        api = answer["graphqlApi"]
        return {
            **{name: api.get(name) for name in (*PLAIN, "visibility")},
            **APPSYNC.from_aws(
                {APPSYNC.names.get(name, name): api.get(APPSYNC.names.get(name, name)) for name in BLOCKS}
            ),
            "tags": api.get("tags", {}),
            **self._computed(cloud, api),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """The settings as a whole, the schema, tags."""
        appsync, (added, removed) = cloud.client("appsync", new.get("region")), tag_changes(old, new)
        arn = cloud.arn("appsync", f"apis/{id}", region=new.get("region"))
        if _settings(old) != _settings(new):
            appsync.update_graphql_api(apiId=id, **_settings(new))
        if new.get("schema") and old.get("schema") != new["schema"]:
            self._schema(appsync, id, new["schema"])
        if added:
            appsync.tag_resource(resourceArn=arn, tags=added)
        if removed:
            appsync.untag_resource(resourceArn=arn, tagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteGraphqlApi; moto breaks at one that is gone."""
        if self.read(cloud, id, state) is not None:
            with unless_gone():
                cloud.client("appsync", state.get("region")).delete_graphql_api(apiId=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """By its name; AppSync itself would take a second API of that name."""
        apis = cloud.client("appsync", inputs.get("region")).list_graphql_apis()["graphqlApis"]
        return next((str(api["apiId"]) for api in apis if api["name"] == inputs["name"]), None)

    def _schema(self, appsync: Any, id: str, text: str) -> None:
        appsync.start_schema_creation(apiId=id, definition=text.encode())
        deadline = time.monotonic() + PATIENCE
        while (answer := appsync.get_schema_creation_status(apiId=id))["status"] not in {"SUCCESS", "ACTIVE", "FAILED"}:
            if time.monotonic() > deadline:
                raise OperationFailed(f"appsync did not accept the schema within {PATIENCE:.0f} s")
            time.sleep(0.05)
        if answer["status"] == "FAILED":
            raise OperationFailed(f"appsync:StartSchemaCreation failed for schema: {answer.get('details', '')}")

    def _computed(self, cloud: Cloud, api: dict[str, Any]) -> dict[str, Any]:
        url = f"{cloud.endpoint('appsync')}/graphql/{api['apiId']}"
        return {"arn": api["arn"], "uris": {"GRAPHQL": url, "REALTIME": f"{url.replace('http', 'ws', 1)}/realtime"}}


def _settings(inputs: Inputs) -> dict[str, Any]:
    blocks = {name: inputs.get(name) or None for name in BLOCKS}
    return compact({**{name: inputs.get(name) for name in PLAIN}, **APPSYNC.to_aws(blocks)})


CACHE = ("apiCachingBehavior", "ttl", "type")
ENCRYPTION = ("atRestEncryptionEnabled", "transitEncryptionEnabled")


class ApiCache(Resource):
    """An API's cache; its id is the API's."""

    type = "aws:appsync/apiCache:ApiCache"
    service = "appsync"
    identity = ("apiId",)
    properties: ClassVar = {
        "apiId": Property(replace=True),
        **dict.fromkeys(CACHE, Property()),
        **dict.fromkeys(ENCRYPTION, Property(replace=True)),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        arguments = compact({name: inputs.get(name) for name in (*CACHE, *ENCRYPTION)})
        cloud.client("appsync", inputs.get("region")).create_api_cache(apiId=inputs["apiId"], **arguments)
        return Created(inputs["apiId"])

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        appsync = cloud.client("appsync", inputs.get("region"))
        answer = found(lambda: appsync.get_api_cache(apiId=id))
        held = (answer or {}).get("apiCache")
        return held and {"apiId": id, **{name: held.get(name) for name in (*CACHE, *ENCRYPTION)}}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """UpdateApiCache."""
        cloud.client("appsync", new.get("region")).update_api_cache(apiId=id, **{name: new[name] for name in CACHE})
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteApiCache; an API that is gone had no other cache."""
        if self.read(cloud, id, state) is not None:
            with unless_gone():
                cloud.client("appsync", state.get("region")).delete_api_cache(apiId=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """An API has one cache."""
        return str(inputs["apiId"]) if self.read(cloud, inputs["apiId"], inputs) else None


RESOURCES = (GraphQLApi, ApiCache)
