"""API Gateway (v1): logging, throttling and caching of a stage's methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found
from local.provider.imports import spelt
from local.provider.properties import declared, equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource
from local.provider.services.apigateway import escaped, written
from local.provider.services.apigateway_stages import stage_place

PATHS: Mapping[str, str] = {
    "metricsEnabled": "metrics/enabled",
    "loggingLevel": "logging/loglevel",
    "dataTraceEnabled": "logging/dataTrace",
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
    "cachingEnabled": "caching/enabled",
    "cacheTtlInSeconds": "caching/ttlInSeconds",
    "cacheDataEncrypted": "caching/dataEncrypted",
    "requireAuthorizationForCacheControl": "caching/requireAuthorizationForCacheControl",
    "unauthorizedCacheControlHeaderStrategy": "caching/unauthorizedCacheControlHeaderStrategy",
}
"""A setting, and its place in a patch (API Gateway API Reference, update-stage)."""


class MethodSettings(Resource):
    """Logging, throttling and caching of a stage's methods; `*/*` is all of them."""

    type = "aws:apigateway/methodSettings:MethodSettings"
    service = "apigateway"
    identity = ("restApi", "stageName", "methodPath")
    exact = True
    properties: ClassVar = {
        "restApi": Property(replace=True),
        "stageName": Property(replace=True),
        "methodPath": Property(replace=True),
        "settings": Property(same=declared),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """A patch of the stage."""
        self._set(cloud, inputs, inputs["settings"])
        return Created(f"{inputs['restApi']}-{inputs['stageName']}-{inputs['methodPath']}")

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The settings of this path in the stage; an import is `api/stage/path`."""
        known = "restApi" in inputs
        api, stage, path = (inputs[key] for key in self.identity) if known else spelt(id, "api/stage/path")
        client = cloud.client("apigateway", inputs.get("region"))
        held = found(lambda: client.get_stage(restApiId=api, stageName=stage))
        settings = ((held or {}).get("methodSettings") or {}).get(_key(path))
        if settings is None or (path != ALL and _is_default(settings)):
            return None
        place = {"id": f"{api}-{stage}-{path}", "restApi": api, "stageName": stage, "methodPath": path}
        # An import takes what somebody chose, not what API Gateway assumes.
        assumed = (DEFAULTS, OFF)
        chosen = {
            name: value
            for name, value in settings.items()
            if known or not any(equal(each.get(name), value) for each in assumed)
        }
        return {**place, "settings": chosen}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """What is no longer named goes back to API Gateway's default."""
        kept = {name: value for name, value in DEFAULTS.items() if name in old["settings"]}
        self._set(cloud, new, {**kept, **new["settings"]})
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Remove the path's settings."""
        if self.read(cloud, id, state) is None:
            return
        if state["methodPath"] != ALL:  # LocalStack cannot take away the settings of one path
            self._set(cloud, state, DEFAULTS)
            return
        steps = [{"op": "remove", "path": f"/{ALL}"}]
        cloud.client("apigateway", state.get("region")).update_stage(**stage_place(state), patchOperations=steps)

    def _set(self, cloud: Cloud, inputs: Inputs, settings: Mapping[str, Any]) -> None:
        path = _key(inputs["methodPath"])
        steps = [
            {"op": "replace", "path": f"/{path}/{PATHS[name]}", "value": written(value)}
            for name, value in settings.items()
            if value is not None
        ]
        cloud.client("apigateway", inputs.get("region")).update_stage(**stage_place(inputs), patchOperations=steps)


ALL = "*/*"


DEFAULTS: Mapping[str, Any] = {
    "metricsEnabled": False,
    "loggingLevel": "OFF",
    "dataTraceEnabled": False,
    "cachingEnabled": False,
    "cacheTtlInSeconds": 300,
    "cacheDataEncrypted": False,
    "throttlingBurstLimit": -1,
    "throttlingRateLimit": -1,
}


OFF: Mapping[str, Any] = {
    **DEFAULTS,
    "throttlingBurstLimit": 5000,
    "throttlingRateLimit": 10000,
    "requireAuthorizationForCacheControl": True,
    "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
}
"""Every setting that API Gateway assumes, those included that mean nothing without a cache."""


def _key(path: str) -> str:
    """How a stage lists the settings of a path: `*/*`, or `~1users/GET` for `users/GET` and `~1users/GET`."""
    resource, _, method = path.rpartition("/")
    return path if resource == "*" else f"{escaped('/' + resource.replace('~1', '/').lstrip('/'))}/{method}"


def _is_default(settings: Mapping[str, Any]) -> bool:
    return all(equal(settings.get(name), value) for name, value in DEFAULTS.items())


RESOURCES = (MethodSettings,)
