"""AppSync: API keys."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found
from local.provider.resource import Created, Inputs, Outputs, Property, Resource
from local.provider.spelling import moment

WEEK = 7 * 24 * 3600
"""Seconds that a key lives when the program names no end, as at AppSync."""

HOUR = 3600
"""AppSync keeps the hour of a key's end."""


def same_hour(actual: Any, recorded: Any) -> bool:
    """The same hour."""
    return _hour(actual) == _hour(recorded)


def _hour(text: Any) -> int:
    return int(datetime.fromisoformat(str(text)).timestamp()) // HOUR if text else 0


class ApiKey(Resource):
    """A key with which an API may be called; its id is `<api>:<key>`."""

    type = "aws:appsync/apiKey:ApiKey"
    service = "appsync"
    sensitive = ("key",)
    properties: ClassVar = {
        "apiId": Property(replace=True),
        "description": Property(default="Managed by Pulumi"),
        "expires": Property(same=same_hour, computed=True),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call; the key's value is a secret."""
        answer = cloud.client("appsync", inputs.get("region")).create_api_key(apiId=inputs["apiId"], **_key(inputs))
        held = answer["apiKey"]
        return Created(f"{inputs['apiId']}:{held['id']}", self._computed(held))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One of the API's keys."""
        appsync, (api, _, key) = cloud.client("appsync", inputs.get("region")), id.partition(":")
        answer = found(lambda: appsync.list_api_keys(apiId=api)) or {"apiKeys": []}
        held = next((each for each in answer["apiKeys"] if each["id"] == key), None)
        return held and {"apiId": api, "description": held.get("description", ""), **self._computed(held)}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """UpdateApiKey."""
        api, _, key = id.partition(":")
        answer = cloud.client("appsync", new.get("region")).update_api_key(apiId=api, id=key, **_key(new))
        return self._computed(answer["apiKey"])

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteApiKey; moto breaks at one that is gone."""
        api, _, key = id.partition(":")
        if self.read(cloud, id, state) is not None:
            cloud.client("appsync", state.get("region")).delete_api_key(apiId=api, id=key)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """By its description; a key has no name."""
        api, appsync = inputs["apiId"], cloud.client("appsync", inputs.get("region"))
        answer = found(lambda: appsync.list_api_keys(apiId=api)) or {"apiKeys": []}
        alike = (each for each in answer["apiKeys"] if each.get("description", "") == inputs["description"])
        return next((f"{api}:{each['id']}" for each in alike), None)

    def _computed(self, held: Mapping[str, Any]) -> dict[str, Any]:
        end = datetime.fromtimestamp(held["expires"], UTC)
        return {"apiKeyId": held["id"], "key": held["id"], "expires": moment(end)}


def _key(inputs: Inputs) -> dict[str, Any]:
    end = inputs.get("expires")
    hour = _hour(end) * HOUR if end else (int(time.time()) + WEEK) // HOUR * HOUR
    return {"description": inputs["description"], "expires": hour}


RESOURCES = (ApiKey,)
