"""API Gateway (v1): API keys and the plans that limit their use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.imports import spelt
from local.provider.properties import compact, declared, equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly
from local.provider.services.apigateway import Operation, patch, retag, tags_of, written


class ApiKey(Resource):
    """A key that callers send; its value is a secret."""

    type = "aws:apigateway/apiKey:ApiKey"
    service = "apigateway"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(),
        "description": Property(default="Managed by Pulumi"),
        "enabled": Property(default=True),
        "customerId": Property(),
        "value": Property(replace=True, secret=True, computed=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateApiKey."""
        client = cloud.client("apigateway", inputs.get("region"))
        names = ("name", "description", "enabled", "customerId", "value")
        settings = compact({name: inputs.get(name) for name in names})
        made = client.create_api_key(**settings)
        computed = self._computed(cloud, made["id"], inputs)
        with partly(made["id"]):
            retag(client, computed["arn"], {}, inputs)
        return Created(made["id"], {"value": made["value"], **computed})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetApiKey with its value."""
        client = cloud.client("apigateway", inputs.get("region"))
        held = found(lambda: client.get_api_key(apiKey=id, includeValue=True))
        if held is None:
            return None
        names, arn = ("name", "description", "enabled", "customerId", "value"), self._computed(cloud, id, inputs)["arn"]
        return {**{name: held.get(name) for name in names}, "tags": tags_of(client, arn), "arn": arn}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """A patch, then the tags."""
        client, steps = (
            cloud.client("apigateway", new.get("region")),
            patch(old, new, ("name", "description", "enabled", "customerId")),
        )
        if steps:
            client.update_api_key(apiKey=id, patchOperations=steps)
        retag(client, self._computed(cloud, id, new)["arn"], old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteApiKey."""
        with unless_gone():
            cloud.client("apigateway", state.get("region")).delete_api_key(apiKey=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are not unique, but this program gives each one once."""
        pages = cloud.client("apigateway", inputs.get("region")).get_paginator("get_api_keys").paginate()
        return _named(pages, inputs)

    def _computed(self, cloud: Cloud, id: str, inputs: Inputs) -> dict[str, Any]:
        return {"arn": f"arn:aws:apigateway:{inputs.get('region') or cloud.region}::/apikeys/{id}"}


class UsagePlan(Resource):
    """Throttle and quota for callers of stages."""

    type = "aws:apigateway/usagePlan:UsagePlan"
    service = "apigateway"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(),
        "description": Property(),
        "productCode": Property(),
        "apiStages": Property(same=declared),
        "quotaSettings": Property(same=declared),
        "throttleSettings": Property(same=declared),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateUsagePlan."""
        client = cloud.client("apigateway", inputs.get("region"))
        settings = {
            "name": inputs["name"],
            "description": inputs.get("description"),
            "apiStages": [_stage(stage) for stage in inputs.get("apiStages") or ()] or None,
            "quota": inputs.get("quotaSettings"),
            "throttle": inputs.get("throttleSettings"),
        }
        made = client.create_usage_plan(**compact(settings))
        computed = self._computed(cloud, made["id"], inputs)
        with partly(made["id"]):
            retag(client, computed["arn"], {}, inputs)
        return Created(made["id"], computed)

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetUsagePlan."""
        client, computed = cloud.client("apigateway", inputs.get("region")), self._computed(cloud, id, inputs)
        held = found(lambda: client.get_usage_plan(usagePlanId=id))
        if held is None:
            return None
        return {
            "name": held["name"],
            "description": held.get("description"),
            "productCode": held.get("productCode"),
            "apiStages": [_from_stage(stage) for stage in held.get("apiStages") or ()],
            "quotaSettings": held.get("quota"),
            "throttleSettings": held.get("throttle"),
            "tags": tags_of(client, computed["arn"]),
            **computed,
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """A patch, then the tags."""
        client = cloud.client("apigateway", new.get("region"))
        steps = patch(old, new, ("name", "description", "productCode")) + _limits(old, new) + _stages(old, new)
        if steps:
            client.update_usage_plan(usagePlanId=id, patchOperations=steps)
        retag(client, self._computed(cloud, id, new)["arn"], old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Its stages have to go first."""
        client = cloud.client("apigateway", state.get("region"))
        with unless_gone():
            if steps := _stages(state, {}):
                client.update_usage_plan(usagePlanId=id, patchOperations=steps)
            client.delete_usage_plan(usagePlanId=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """As of a key."""
        pages = cloud.client("apigateway", inputs.get("region")).get_paginator("get_usage_plans").paginate()
        return _named(pages, inputs)

    def _computed(self, cloud: Cloud, id: str, inputs: Inputs) -> dict[str, Any]:
        return {"arn": f"arn:aws:apigateway:{inputs.get('region') or cloud.region}::/usageplans/{id}"}


def _named(pages: Iterable[Any], inputs: Inputs) -> str | None:
    return next((str(each["id"]) for page in pages for each in page["items"] if each["name"] == inputs["name"]), None)


def _stage(stage: Any) -> dict[str, Any]:
    throttles = {
        each["path"]: {name: each[name] for name in ("burstLimit", "rateLimit") if name in each}
        for each in stage.get("throttles") or ()
    }
    return compact({"apiId": stage["apiId"], "stage": stage["stage"], "throttle": throttles or None})


def _from_stage(stage: Any) -> dict[str, Any]:
    throttles = [{"path": path, **limits} for path, limits in (stage.get("throttle") or {}).items()]
    return compact({"apiId": stage["apiId"], "stage": stage["stage"], "throttles": throttles or None})


def _limits(old: Inputs, new: Inputs) -> list[Operation]:
    steps: list[Operation] = []
    for name, path in (("quotaSettings", "quota"), ("throttleSettings", "throttle")):
        before, after = old.get(name) or {}, new.get(name) or {}
        if before and not after:
            steps.append({"op": "remove", "path": f"/{path}"})
        changed = (key for key in after if before.get(key) != after[key])
        steps += [{"op": "replace", "path": f"/{path}/{key}", "value": written(after[key])} for key in changed]
    return steps


def _stages(old: Inputs, new: Inputs) -> list[Operation]:
    before, after = old.get("apiStages") or [], new.get("apiStages") or []
    gone = [stage for stage in before if not any(equal(stage, each) for each in after)]
    added = [stage for stage in after if not any(equal(stage, each) for each in before)]
    remove = [{"op": "remove", "path": "/apiStages", "value": f"{each['apiId']}:{each['stage']}"} for each in gone]
    return remove + [{"op": "add", "path": "/apiStages", "value": f"{each['apiId']}:{each['stage']}"} for each in added]


class UsagePlanKey(Resource):
    """A key that a plan holds for."""

    type = "aws:apigateway/usagePlanKey:UsagePlanKey"
    service = "apigateway"
    identity = ("usagePlanId", "keyId")
    exact = True
    properties: ClassVar = {
        "usagePlanId": Property(replace=True),
        "keyId": Property(replace=True),
        "keyType": Property(replace=True),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateUsagePlanKey."""
        names = ("usagePlanId", "keyId", "keyType")
        made = cloud.client("apigateway", inputs.get("region")).create_usage_plan_key(
            **{name: inputs[name] for name in names}
        )
        return Created(made["id"], {"name": made.get("name")})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetUsagePlanKey; an import is `plan/key`."""
        plan, key = (inputs["usagePlanId"], id) if "usagePlanId" in inputs else spelt(id, "plan/key")
        client = cloud.client("apigateway", inputs.get("region"))
        held = found(lambda: client.get_usage_plan_key(usagePlanId=plan, keyId=key))
        return held and {
            "id": key,
            "usagePlanId": plan,
            "keyId": key,
            "keyType": held.get("type", "API_KEY"),
            "name": held.get("name"),
        }

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteUsagePlanKey."""
        if self.read(cloud, id, state) is not None:  # LocalStack stumbles over the deletion of what is gone
            client = cloud.client("apigateway", state.get("region"))
            client.delete_usage_plan_key(usagePlanId=state["usagePlanId"], keyId=state["keyId"])


RESOURCES = (ApiKey, UsagePlan, UsagePlanKey)
