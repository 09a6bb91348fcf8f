"""API Gateway (v1): the paths of an API, and who may call it."""

from __future__ import annotations

from typing import ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.imports import spelt
from local.provider.properties import policy_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource
from local.provider.services.apigateway import patch, unquoted, written


class ApiResource(Resource):
    """A path of an API."""

    type = "aws:apigateway/resource:Resource"
    service = "apigateway"
    exact = True
    volatile = ("path",)
    properties: ClassVar = {
        "restApi": Property(replace=True),
        "parentId": Property(replace=True),
        "pathPart": Property(),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateResource."""
        client = cloud.client("apigateway", inputs.get("region"))
        made = client.create_resource(
            restApiId=inputs["restApi"], parentId=inputs["parentId"], pathPart=inputs["pathPart"]
        )
        return Created(made["id"], {"path": made["path"]})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetResource; an import names the API as well: `api/resource`."""
        api, resource = (inputs["restApi"], id) if "restApi" in inputs else spelt(id, "api/resource")
        client = cloud.client("apigateway", inputs.get("region"))
        held = found(lambda: client.get_resource(restApiId=api, resourceId=resource))
        if held is None:
            return None
        return {
            "id": resource,
            "restApi": api,
            "parentId": held.get("parentId"),
            "pathPart": held.get("pathPart"),
            "path": held["path"],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Another part of the path."""
        client, steps = cloud.client("apigateway", new.get("region")), patch(old, new, ("pathPart",))
        held = client.update_resource(restApiId=new["restApi"], resourceId=id, patchOperations=steps)
        return {"path": held["path"]}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteResource."""
        with unless_gone():
            client = cloud.client("apigateway", state.get("region"))
            client.delete_resource(restApiId=state["restApi"], resourceId=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A path is there once."""
        pages = cloud.client("apigateway", inputs.get("region")).get_paginator("get_resources")
        place = (inputs["parentId"], inputs["pathPart"])
        items = (each for page in pages.paginate(restApiId=inputs["restApi"]) for each in page["items"])
        return next((str(each["id"]) for each in items if (each.get("parentId"), each.get("pathPart")) == place), None)


class RestApiPolicy(Resource):
    """Who may call an API."""

    type = "aws:apigateway/restApiPolicy:RestApiPolicy"
    service = "apigateway"
    identity = ("restApiId",)
    exact = True
    properties: ClassVar = {"restApiId": Property(replace=True), "policy": Property(same=policy_equal)}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Set it."""
        self._set(cloud, inputs["restApiId"], inputs, written(inputs["policy"]))
        return Created(inputs["restApiId"])

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Gone when the API is, or when the policy is empty."""
        held = found(lambda: cloud.client("apigateway", inputs.get("region")).get_rest_api(restApiId=id))
        policy = unquoted((held or {}).get("policy"))
        return {"restApiId": id, "policy": policy} if policy else None

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Set it."""
        self._set(cloud, id, new, written(new["policy"]))
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """An empty one is none."""
        with unless_gone():
            self._set(cloud, id, state, "")

    def _set(self, cloud: Cloud, api: str, inputs: Inputs, policy: str) -> None:
        steps = [{"op": "replace", "path": "/policy", "value": policy}]
        cloud.client("apigateway", inputs.get("region")).update_rest_api(restApiId=api, patchOperations=steps)


RESOURCES = (ApiResource, RestApiPolicy)
