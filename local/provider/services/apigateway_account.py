"""API Gateway (v1): what it answers by itself, and the role with which it writes logs."""

from __future__ import annotations

from typing import ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.imports import spelt
from local.provider.properties import compact
from local.provider.resource import Created, Inputs, Outputs, Property, Resource


class GatewayResponse(Resource):
    """What API Gateway itself answers when something is wrong."""

    type = "aws:apigateway/response:Response"
    service = "apigateway"
    identity = ("restApiId", "responseType")
    exact = True
    properties: ClassVar = {
        "restApiId": Property(replace=True),
        "responseType": Property(replace=True),
        "statusCode": Property(computed=True),
        "responseParameters": Property(),
        "responseTemplates": Property(computed=True),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutGatewayResponse."""
        self._put(cloud, inputs)
        return Created(f"aggr-{inputs['restApiId']}-{inputs['responseType']}")

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetGatewayResponse; one that is only the default is none."""
        known = "restApiId" in inputs
        api, kind = (inputs["restApiId"], inputs["responseType"]) if known else spelt(id, "api/type")
        client = cloud.client("apigateway", inputs.get("region"))
        held = found(lambda: client.get_gateway_response(restApiId=api, responseType=kind))
        if held is None or held.get("defaultResponse"):
            return None
        names = ("statusCode", "responseParameters", "responseTemplates")
        place = {"id": f"aggr-{api}-{kind}", "restApiId": api, "responseType": kind}
        return {**place, **{name: held.get(name) for name in names}}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutGatewayResponse."""
        self._put(cloud, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Back to the default."""
        with unless_gone():
            client = cloud.client("apigateway", state.get("region"))
            client.delete_gateway_response(restApiId=state["restApiId"], responseType=state["responseType"])

    def _put(self, cloud: Cloud, inputs: Inputs) -> None:
        settings = {name: inputs.get(name) for name in self.properties}
        cloud.client("apigateway", inputs.get("region")).put_gateway_response(**compact(settings))


class Account(Resource):
    """The role with which API Gateway writes logs; there is one an account and region."""

    type = "aws:apigateway/account:Account"
    service = "apigateway"
    properties: ClassVar = {"cloudwatchRoleArn": Property(computed=True)}
    ID = "api-gateway-account"

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """UpdateAccount."""
        self._set(cloud, inputs, inputs.get("cloudwatchRoleArn", ""))
        return Created(self.ID)

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Gone when no role is set."""
        held = cloud.client("apigateway", inputs.get("region")).get_account()
        role, limits = held.get("cloudwatchRoleArn"), held.get("throttleSettings") or {}
        return {"cloudwatchRoleArn": role, "throttleSettings": [limits]} if role else None

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """UpdateAccount."""
        self._set(cloud, new, new.get("cloudwatchRoleArn", ""))
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Nothing: pulumi-aws leaves the role, too, for another stack may rely on it."""

    def _set(self, cloud: Cloud, inputs: Inputs, role: str) -> None:
        steps = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]
        cloud.client("apigateway", inputs.get("region")).update_account(patchOperations=steps)


RESOURCES = (GatewayResponse, Account)
