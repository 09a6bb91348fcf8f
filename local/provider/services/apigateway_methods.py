"""API Gateway (v1): methods, integrations and the responses of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.imports import spelt
from local.provider.properties import compact, pick, set_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.services.apigateway import patch

KEYS = ("restApi", "resourceId", "httpMethod")
PLACE = {name: Property(replace=True) for name in KEYS}
_METHOD = ("restApiId", "resourceId", "httpMethod")


class MethodPart(Resource):
    """Something below a method of a path; the id spells its place, as in pulumi-aws."""

    service = "apigateway"
    exact = True
    keys: ClassVar[tuple[str, ...]] = KEYS
    tag: ClassVar[str]
    """How pulumi-aws begins the id."""
    part: ClassVar[str]
    """What the calls are named after: put_<part>, get_<part>, update_<part>, delete_<part>."""
    rename: ClassVar[Mapping[str, str]] = {}
    """Pulumi's property to the call's argument, where they differ."""

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Put it."""
        self._call(cloud, "put", inputs)(**self._place(inputs), **compact(self._settings(inputs)))
        return Created(self._id(inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Get it; an import spells the place with slashes, as in pulumi-aws."""
        place = inputs if "restApi" in inputs else dict(zip(self.keys, spelt(id, "/".join(self.keys)), strict=True))
        held = self._held(cloud, place, inputs)
        if held is None:
            return None
        settings = {name: held.get(self.read_as(name)) for name in self.properties if name not in self.keys}
        return {**pick(place, self.keys), **settings, "id": self._id(place)}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """A patch."""
        names = [name for name, rule in self.properties.items() if name not in self.keys and rule.status == "applied"]
        steps = self.steps(patch(old, new, names))
        if steps:
            self._call(cloud, "update", new)(**self._place(new), patchOperations=steps)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Delete it."""
        # LocalStack stumbles over the deletion of what is gone.
        if self._held(cloud, state, state) is not None:
            with unless_gone():
                self._call(cloud, "delete", state)(**self._place(state))

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A place is taken once."""
        return self._id(inputs) if self.read(cloud, "", inputs) is not None else None

    def _held(self, cloud: Cloud, place: Mapping[str, Any], inputs: Inputs) -> Any:
        """What the service holds at the place, None where nothing is."""
        try:
            return found(lambda: self._call(cloud, "get", inputs)(**self._place(place)))
        except ClientError:
            # LocalStack also stumbles over parts of a method that is gone.
            method = {name: value for name, value in self._place(place).items() if name in _METHOD}
            if found(lambda: cloud.client("apigateway", inputs.get("region")).get_method(**method)) is None:
                return None
            raise

    def read_as(self, name: str) -> str:
        """How the answer names a property."""
        return self.rename.get(name, name)

    def steps(self, steps: list[dict[str, str]]) -> list[dict[str, str]]:
        """The patch in the service's own names."""
        for step in steps:
            head, _, tail = step["path"][1:].partition("/")
            step["path"] = f"/{self.read_as(head)}{'/' if tail else ''}{tail}"
        return steps

    def _id(self, place: Mapping[str, Any]) -> str:
        return "-".join([self.tag, *(str(place[key]) for key in self.keys)])

    def _settings(self, inputs: Inputs) -> dict[str, Any]:
        names = (name for name, rule in self.properties.items() if name not in self.keys and rule.status == "applied")
        return {self.rename.get(name, name): inputs.get(name) for name in names}

    def _place(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {"restApiId" if key == "restApi" else key: str(values[key]) for key in self.keys}

    def _call(self, cloud: Cloud, verb: str, inputs: Inputs) -> Any:
        return getattr(cloud.client("apigateway", inputs.get("region")), f"{verb}_{self.part}")


class Method(MethodPart):
    """A method of a path, and who may call it."""

    type = "aws:apigateway/method:Method"
    tag = "agm"
    part = "method"
    identity = KEYS
    rename: ClassVar = {"authorization": "authorizationType"}
    properties: ClassVar = {
        **PLACE,
        "authorization": Property(),
        "authorizerId": Property(),
        "authorizationScopes": Property(same=set_equal),
        "apiKeyRequired": Property(default=False),
        "operationName": Property(),
        "requestModels": Property(),
        "requestParameters": Property(),
        "requestValidatorId": Property(),
    }


class MethodResponse(MethodPart):
    """A status that a method may answer with."""

    type = "aws:apigateway/methodResponse:MethodResponse"
    tag = "agmr"
    part = "method_response"
    keys = (*KEYS, "statusCode")
    identity = keys
    properties: ClassVar = {
        **PLACE,
        "statusCode": Property(replace=True),
        "responseModels": Property(),
        "responseParameters": Property(),
    }


class Integration(MethodPart):
    """What stands behind a method: a function, an address, or a mock."""

    type = "aws:apigateway/integration:Integration"
    tag = "agi"
    part = "integration"
    identity = KEYS
    rename: ClassVar = {"timeoutMilliseconds": "timeoutInMillis"}
    properties: ClassVar = {
        **PLACE,
        "type": Property(replace=True),
        "integrationHttpMethod": Property(replace=True),
        "uri": Property(),
        "credentials": Property(),
        "connectionType": Property(computed=True),
        "connectionId": Property(),
        "contentHandling": Property(),
        "passthroughBehavior": Property(computed=True),
        "requestParameters": Property(),
        "requestTemplates": Property(),
        "timeoutMilliseconds": Property(default=29000),
        "cacheKeyParameters": Property(same=set_equal),
        "cacheNamespace": Property(computed=True),
        "tlsConfig": recorded("LocalStack keeps no TLS settings of integrations"),
        "responseTransferMode": recorded("LocalStack buffers every answer"),
        "integrationTarget": recorded("there are no private integrations in the sandbox"),
    }

    def _held(self, cloud: Cloud, place: Mapping[str, Any], inputs: Inputs) -> Any:
        """What the service holds at the place, None where nothing is."""
        try:
            return found(lambda: self._call(cloud, "get", inputs)(**self._place(place)))
        except ClientError:
            # LocalStack also stumbles over parts of a method that is gone.
            method = {name: value for name, value in self._place(place).items() if name in _METHOD}
            if found(lambda: cloud.client("apigateway", inputs.get("region")).get_method(**method)) is None:
                return None
            raise

    def read_as(self, name: str) -> str:
        """PutIntegration says `integrationHttpMethod` where the answer says `httpMethod`."""
        return "httpMethod" if name == "integrationHttpMethod" else super().read_as(name)

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Put anew, with its responses: LocalStack's patch loses some settings, and a new one has no responses."""
        held = self._call(cloud, "get", new)(**self._place(new)).get("integrationResponses") or {}
        self._call(cloud, "put", new)(**self._place(new), **compact(self._settings(new)))
        put = cloud.client("apigateway", new.get("region")).put_integration_response
        for response in held.values():
            put(**self._place(new), **compact(response))
        return {}


class IntegrationResponse(MethodPart):
    """How what stands behind a method becomes an answer."""

    type = "aws:apigateway/integrationResponse:IntegrationResponse"
    tag = "agir"
    part = "integration_response"
    keys = (*KEYS, "statusCode")
    identity = keys
    properties: ClassVar = {
        **PLACE,
        "statusCode": Property(replace=True),
        "selectionPattern": Property(),
        "contentHandling": Property(),
        "responseParameters": Property(),
        "responseTemplates": Property(),
    }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Put anew: LocalStack's patch loses parameters."""
        self._call(cloud, "put", new)(**self._place(new), **compact(self._settings(new)))
        return {}


RESOURCES = (Method, MethodResponse, Integration, IntegrationResponse)
