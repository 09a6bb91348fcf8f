"""API Gateway (v1): deployments and stages."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.imports import spelt
from local.provider.properties import compact, declared, equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.services.apigateway import Operation, patch, retag, tags_of, written


class Deployment(Resource):
    """A snapshot of an API; `triggers` say when another one is due."""

    type = "aws:apigateway/deployment:Deployment"
    service = "apigateway"
    exact = True
    properties: ClassVar = {
        "restApi": Property(replace=True),
        "description": Property(),
        "triggers": recorded("a note of the program: when it changes, the API is deployed anew", replace=True),
        "variables": recorded("belong to the stage that a deployment without one would make", replace=True),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateDeployment."""
        client = cloud.client("apigateway", inputs.get("region"))
        made = client.create_deployment(
            restApiId=inputs["restApi"], **compact({"description": inputs.get("description")})
        )
        return Created(made["id"], {"createdDate": made["createdDate"].isoformat()})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetDeployment; an import names the API as well: `api/deployment`."""
        api, deployment = (inputs["restApi"], id) if "restApi" in inputs else spelt(id, "api/deployment")
        client = cloud.client("apigateway", inputs.get("region"))
        # LocalStack stumbles over GetDeployment of one that is gone.
        listed = found(lambda: client.get_deployments(restApiId=api, limit=500)) or {"items": []}
        held = next((each for each in listed["items"] if each["id"] == deployment), None)
        if held is None:
            return None
        place = {"id": deployment, "restApi": api}
        return {**place, "description": held.get("description"), "createdDate": held["createdDate"].isoformat()}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Only the description."""
        client, steps = cloud.client("apigateway", new.get("region")), patch(old, new, ("description",))
        if steps:
            client.update_deployment(restApiId=new["restApi"], deploymentId=id, patchOperations=steps)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteDeployment."""
        with unless_gone():
            client = cloud.client("apigateway", state.get("region"))
            client.delete_deployment(restApiId=state["restApi"], deploymentId=id)


PLAIN = ("description", "cacheClusterEnabled", "cacheClusterSize", "clientCertificateId", "documentationVersion")


class Stage(Resource):
    """A deployment under a name, with its own settings; `invokeUrl` is the emulator's."""

    type = "aws:apigateway/stage:Stage"
    service = "apigateway"
    identity = ("restApi", "stageName")
    exact = True
    properties: ClassVar = {
        "restApi": Property(replace=True),
        "stageName": Property(replace=True),
        "deployment": Property(),
        "description": Property(),
        "accessLogSettings": Property(),
        "cacheClusterEnabled": Property(default=False),
        "cacheClusterSize": Property(computed=True),
        "canarySettings": Property(same=declared),
        "clientCertificateId": Property(),
        "documentationVersion": Property(),
        "variables": Property(),
        "xrayTracingEnabled": Property(default=False),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateStage, then what only a patch can set."""
        client, id = cloud.client("apigateway", inputs.get("region")), f"ags-{inputs['restApi']}-{inputs['stageName']}"
        names = ("description", "cacheClusterSize", "canarySettings", "documentationVersion", "variables")
        client.create_stage(
            restApiId=inputs["restApi"],
            stageName=inputs["stageName"],
            deploymentId=inputs["deployment"],
            cacheClusterEnabled=bool(inputs["cacheClusterEnabled"]),
            tracingEnabled=bool(inputs["xrayTracingEnabled"]),
            **compact({name: inputs.get(name) for name in names}),
        )
        with partly(id):
            retag(client, _computed(cloud, inputs)["arn"], {}, inputs)
            steps = _log_steps({}, inputs) + patch({}, inputs, ("clientCertificateId",))
            if steps:
                client.update_stage(restApiId=inputs["restApi"], stageName=inputs["stageName"], patchOperations=steps)
        return Created(id, _computed(cloud, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetStage; an import is `api/stage`."""
        known = "restApi" in inputs
        api, stage = (inputs["restApi"], inputs["stageName"]) if known else spelt(id, "api/stage")
        client = cloud.client("apigateway", inputs.get("region"))
        held = found(lambda: client.get_stage(restApiId=api, stageName=stage))
        if held is None:
            return None
        place = {"restApi": api, "stageName": stage}
        return {
            **{name: held.get(name) for name in (*PLAIN, "accessLogSettings", "canarySettings", "variables")},
            **place,
            **_computed(cloud, {**inputs, **place}),
            "id": f"ags-{api}-{stage}",
            "cacheClusterEnabled": bool(held.get("cacheClusterEnabled")),
            "deployment": held["deploymentId"],
            "xrayTracingEnabled": bool(held.get("tracingEnabled")),
            "webAclArn": held.get("webAclArn"),
            "tags": tags_of(client, _computed(cloud, {**inputs, **place})["arn"]),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """A patch, then the tags."""
        client, place = cloud.client("apigateway", new.get("region")), stage_place(new)
        renamed = [
            {**side, "deploymentId": side["deployment"], "tracingEnabled": side.get("xrayTracingEnabled")}
            for side in (old, new)
        ]
        before, after = renamed
        steps = patch(before, after, (*PLAIN, "deploymentId", "tracingEnabled", "variables"))
        # LocalStack knows no "add" here; "replace" makes a new variable as well.
        steps = [{**step, "op": "replace"} if step["op"] == "add" else step for step in steps]
        steps += _log_steps(old, new) + _canary_steps(old, new)
        if steps:
            client.update_stage(**place, patchOperations=steps)
        retag(client, _computed(cloud, new)["arn"], old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteStage."""
        with unless_gone():
            cloud.client("apigateway", state.get("region")).delete_stage(**stage_place(state))

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an API."""
        there = self.read(cloud, "", inputs) is not None
        return f"ags-{inputs['restApi']}-{inputs['stageName']}" if there else None


def stage_place(inputs: Inputs) -> dict[str, str]:
    """Which stage a call concerns."""
    return {"restApiId": inputs["restApi"], "stageName": inputs["stageName"]}


def _log_steps(old: Inputs, new: Inputs) -> list[Operation]:
    before, after = old.get("accessLogSettings"), new.get("accessLogSettings")
    if equal(before, after):
        return []
    if not after:
        return [{"op": "remove", "path": "/accessLogSettings"}]
    return [
        {"op": "replace", "path": f"/accessLogSettings/{name}", "value": after[name]}
        for name in ("destinationArn", "format")
    ]


def _canary_steps(old: Inputs, new: Inputs) -> list[Operation]:
    before, after = old.get("canarySettings"), new.get("canarySettings")
    if equal(before, after):
        return []
    if not after:
        return [{"op": "remove", "path": "/canarySettings"}]
    plain = ("deploymentId", "percentTraffic", "useStageCache")
    return [
        {"op": "replace", "path": f"/canarySettings/{name}", "value": written(after[name])}
        for name in plain
        if name in after
    ]


def _computed(cloud: Cloud, inputs: Inputs) -> dict[str, Any]:
    region, api, stage = inputs.get("region") or cloud.region, inputs["restApi"], inputs["stageName"]
    return {
        "arn": f"arn:aws:apigateway:{region}::/restapis/{api}/stages/{stage}",
        "executionArn": cloud.arn("execute-api", f"{api}/{stage}", region=region),
        "invokeUrl": f"{cloud.endpoint('apigateway')}/_aws/execute-api/{api}/{stage}",
    }


RESOURCES = (Deployment, Stage)
