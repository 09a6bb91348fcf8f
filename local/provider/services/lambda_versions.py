"""Lambda: what happens to asynchronous calls, and names for versions."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, declared
from local.provider.resource import Created, Inputs, Outputs, Property, Resource
from local.provider.services.lambda_access import qualifier_of, same_function
from local.provider.services.lambda_function import LAMBDA, invoke_arn


class FunctionEventInvokeConfig(Resource):
    """How often and how long asynchronous calls are tried, and where they end."""

    type = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
    service = "lambda"
    identity = ("functionName", "qualifier")
    exact = True
    properties: ClassVar = {
        "functionName": Property(replace=True, same=same_function),
        "qualifier": Property(replace=True),
        "destinationConfig": Property(same=declared),
        "maximumEventAgeInSeconds": Property(computed=True),
        "maximumRetryAttempts": Property(default=2),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutFunctionEventInvokeConfig."""
        self._put(cloud, inputs)
        return Created(":".join(filter(None, (inputs["functionName"], inputs.get("qualifier")))))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetFunctionEventInvokeConfig."""
        client = cloud.client("lambda", inputs.get("region"))
        place = _place(inputs) if "functionName" in inputs else {"FunctionName": id}
        held = found(lambda: client.get_function_event_invoke_config(**place))
        if held is None:
            return None
        names = ("destinationConfig", "maximumEventAgeInSeconds", "maximumRetryAttempts")
        values = LAMBDA.from_aws({name: value for name, value in held.items() if name != "ResponseMetadata"})
        return {
            "functionName": place["FunctionName"],
            **qualifier_of(inputs),
            **{name: values.get(name) for name in names},
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Put whole."""
        self._put(cloud, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteFunctionEventInvokeConfig."""
        with unless_gone():
            cloud.client("lambda", state.get("region")).delete_function_event_invoke_config(**_place(state))

    def _put(self, cloud: Cloud, inputs: Inputs) -> None:
        names = ("destinationConfig", "maximumEventAgeInSeconds", "maximumRetryAttempts")
        settings = LAMBDA.to_aws({name: inputs[name] for name in names if inputs.get(name) is not None})
        cloud.client("lambda", inputs.get("region")).put_function_event_invoke_config(**_place(inputs), **settings)


def _place(inputs: Inputs) -> dict[str, Any]:
    return compact({"FunctionName": inputs["functionName"], "Qualifier": inputs.get("qualifier")})


class Alias(Resource):
    """A name for a version; its id is the alias's ARN."""

    type = "aws:lambda/alias:Alias"
    service = "lambda"
    name = "name"
    identity = ("functionName",)
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "functionName": Property(replace=True, same=same_function),
        "functionVersion": Property(),
        "description": Property(),
        "routingConfig": Property(),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateAlias."""
        client = cloud.client("lambda", inputs.get("region"))
        made = client.create_alias(FunctionName=inputs["functionName"], Name=inputs["name"], **_alias(inputs))
        return Created(made["AliasArn"], _alias_outputs(cloud, made["AliasArn"], inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetAlias."""
        function, name = id.split(":")[6:8]
        client = cloud.client("lambda", inputs.get("region"))
        held = found(lambda: client.get_alias(FunctionName=function, Name=name))
        if held is None:
            return None
        weights = held.get("RoutingConfig", {}).get("AdditionalVersionWeights")
        return {
            **_alias_outputs(cloud, id, inputs),
            "name": name,
            "functionName": function,
            "functionVersion": held["FunctionVersion"],
            "description": held.get("Description"),
            "routingConfig": {"additionalVersionWeights": weights} if weights else None,
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """UpdateAlias."""
        client = cloud.client("lambda", new.get("region"))
        none: dict[str, Any] = {"RoutingConfig": {"AdditionalVersionWeights": {}}} if old.get("routingConfig") else {}
        client.update_alias(FunctionName=new["functionName"], Name=new["name"], **{**none, **_alias(new)})
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteAlias."""
        with unless_gone():
            client = cloud.client("lambda", state.get("region"))
            client.delete_alias(FunctionName=state["functionName"], Name=state["name"])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A function has an alias of a name once."""
        client, name = cloud.client("lambda", inputs.get("region")), inputs["name"]
        held = found(lambda: client.get_alias(FunctionName=inputs["functionName"], Name=name))
        return str(held["AliasArn"]) if held else None


def _alias(inputs: Inputs) -> dict[str, Any]:
    weights = (inputs.get("routingConfig") or {}).get("additionalVersionWeights")
    settings = {
        "FunctionVersion": inputs["functionVersion"],
        "Description": inputs.get("description", ""),
        "RoutingConfig": {"AdditionalVersionWeights": dict(weights)} if weights else None,
    }
    return compact(settings)


def _alias_outputs(cloud: Cloud, arn: str, inputs: Inputs) -> dict[str, Any]:
    return {"arn": arn, "invokeArn": invoke_arn(inputs.get("region") or cloud.region, arn)}


RESOURCES = (FunctionEventInvokeConfig, Alias)
