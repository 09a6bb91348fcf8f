"""AppSync: data sources, resolvers and functions, which moto 5.2.5 lacks."""

from __future__ import annotations

from typing import ClassVar

from local.provider.cloud import Cloud
from local.provider.resource import Created, Inputs, Recorded
from local.provider.services.recorded_base import all_recorded, stable_hex

RESOLVERS = "moto lacks data sources, functions and resolvers"


class OfApi(Recorded):
    """A part of an API."""

    reason = RESOLVERS

    def arn(self, cloud: Cloud, inputs: Inputs, *path: str) -> str:
        """`arn:aws:appsync:<region>:<account>:apis/<api>/…`."""
        return cloud.arn("appsync", "/".join(["apis", inputs["apiId"], *path]), region=inputs.get("region"))


class DataSource(OfApi):
    """What resolvers ask: a function, a table, an HTTP endpoint, a database."""

    type = "aws:appsync/dataSource:DataSource"
    name = "name"
    properties: ClassVar = all_recorded(
        RESOLVERS,
        "description",
        "dynamodbConfig",
        "elasticsearchConfig",
        "eventBridgeConfig",
        "httpConfig",
        "lambdaConfig",
        "opensearchserviceConfig",
        "relationalDatabaseConfig",
        "serviceRoleArn",
        "type",
        fixed=("apiId", "name"),
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """API and name."""
        return Created(
            f"{inputs['apiId']}-{inputs['name']}", {"arn": self.arn(cloud, inputs, "datasources", inputs["name"])}
        )


class Resolver(OfApi):
    """How a field gets its value."""

    type = "aws:appsync/resolver:Resolver"
    identity = ("apiId", "type", "field")
    properties: ClassVar = all_recorded(
        RESOLVERS,
        "cachingConfig",
        "code",
        "dataSource",
        "kind",
        "maxBatchSize",
        "pipelineConfig",
        "requestTemplate",
        "responseTemplate",
        "runtime",
        "syncConfig",
        fixed=("apiId", "field", "type"),
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """API, type and field."""
        path = ("types", inputs["type"], "resolvers", inputs["field"])
        return Created(f"{inputs['apiId']}-{inputs['type']}-{inputs['field']}", {"arn": self.arn(cloud, inputs, *path)})


class Function(OfApi):
    """A step of pipeline resolvers."""

    type = "aws:appsync/function:Function"
    name = "name"
    properties: ClassVar = all_recorded(
        RESOLVERS,
        "code",
        "dataSource",
        "description",
        "functionVersion",
        "maxBatchSize",
        "name",
        "requestMappingTemplate",
        "responseMappingTemplate",
        "runtime",
        "syncConfig",
        fixed=("apiId",),
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """An id that follows from API and name."""
        id = stable_hex(inputs["apiId"], inputs["name"], length=26)
        return Created(f"{inputs['apiId']}-{id}", {"functionId": id, "arn": self.arn(cloud, inputs, "functions", id)})


RESOURCES = (DataSource, Resolver, Function)
