"""API Gateway (v1): APIs, and what their parts share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, equal, number_equal, policy_equal, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly
from local.provider.tags import tag_changes

Operation = dict[str, str]
"""One step of a patch: `op`, `path`, `value`."""


def written(value: Any) -> str:
    """A value in a patch is text."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def escaped(key: str) -> str:
    """A key in a patch's path (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def patch(old: Inputs, new: Inputs, names: Iterable[str]) -> list[Operation]:
    """The steps from old to new values of those properties; maps key by key, lists of text member by member."""
    steps: list[Operation] = []
    for name in names:
        before, after = old.get(name), new.get(name)
        if isinstance(before or after, Mapping):
            steps += _map_steps(name, before or {}, after or {})
        elif isinstance(before or after, list):
            steps += _list_steps(name, before or [], after or [])
        elif not equal(before, after):
            steps.append({"op": "replace", "path": f"/{name}", "value": "" if after is None else written(after)})
    return steps


def _map_steps(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Operation]:
    gone = [{"op": "remove", "path": f"/{name}/{escaped(key)}"} for key in before if key not in after]
    return gone + [
        {"op": "replace" if key in before else "add", "path": f"/{name}/{escaped(key)}", "value": written(value)}
        for key, value in after.items()
        if before.get(key) != value
    ]


def _list_steps(name: str, before: list[str], after: list[str]) -> list[Operation]:
    gone = [{"op": "remove", "path": f"/{name}/{escaped(each)}"} for each in before if each not in after]
    return gone + [{"op": "add", "path": f"/{name}/{escaped(each)}"} for each in after if each not in before]


def retag(client: Any, arn: str, old: Inputs, new: Inputs) -> None:
    """Bring the tags of an API, a stage, a plan or a key from old to new."""
    added, removed = tag_changes(old, new)
    if added:
        client.tag_resource(resourceArn=arn, tags=added)
    if removed:
        client.untag_resource(resourceArn=arn, tagKeys=removed)


def tags_of(client: Any, arn: str) -> dict[str, str]:
    """The tags as GetTags tells them.

    LocalStack keeps those of a creation apart, and never changes them: so every type is tagged after its creation.
    """
    return dict(client.get_tags(resourceArn=arn).get("tags") or {})


SETTINGS = ("name", "description", "apiKeySource", "minimumCompressionSize", "disableExecuteApiEndpoint", "policy")


class RestApi(Resource):
    """A REST API; made from resources and methods (an OpenAPI `body` is refused: it cannot be read back)."""

    type = "aws:apigateway/restApi:RestApi"
    service = "apigateway"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(),
        "description": Property(),
        "apiKeySource": Property(computed=True),
        "binaryMediaTypes": Property(same=set_equal),
        "disableExecuteApiEndpoint": Property(computed=True),
        # AWS changes it in place; LocalStack takes the change and keeps the old one.
        "endpointConfiguration": Property(computed=True, replace=True),
        "minimumCompressionSize": Property(same=number_equal),
        "policy": Property(same=policy_equal, computed=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateRestApi."""
        client = cloud.client("apigateway", inputs.get("region"))
        names = ("name", "description", "apiKeySource", "binaryMediaTypes", "disableExecuteApiEndpoint")
        settings = {name: inputs.get(name) for name in names}
        settings["endpointConfiguration"] = endpoint_to_aws(inputs.get("endpointConfiguration"))
        size, policy = inputs.get("minimumCompressionSize"), inputs.get("policy")
        settings["minimumCompressionSize"] = None if size in (None, "") else int(size)
        settings["policy"] = None if policy is None else written(policy)
        made = client.create_rest_api(**compact(settings))
        with partly(made["id"]):
            retag(client, _arn(cloud, made["id"], inputs), {}, inputs)
            return Created(made["id"], _computed(cloud, client, made, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetRestApi and the root resource."""
        client = cloud.client("apigateway", inputs.get("region"))
        held = found(lambda: client.get_rest_api(restApiId=id))
        if held is None:
            return None
        names = ("name", "description", "apiKeySource", "binaryMediaTypes")
        return {
            "endpointConfiguration": endpoint_from_aws(held.get("endpointConfiguration")),
            **{name: held.get(name) for name in names},
            **_computed(cloud, client, held, inputs),
            "disableExecuteApiEndpoint": held.get("disableExecuteApiEndpoint", False),
            "minimumCompressionSize": held.get("minimumCompressionSize"),
            "policy": unquoted(held.get("policy")),
            "tags": tags_of(client, _arn(cloud, id, inputs)),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """A patch, then the tags."""
        client = cloud.client("apigateway", new.get("region"))
        steps = patch(old, new, (*SETTINGS, "binaryMediaTypes"))
        # LocalStack loses its place in a list when one patch takes two members away.
        lists = [step for step in steps if step["path"].startswith("/binaryMediaTypes/")]
        for group in ([step for step in steps if step not in lists], *([step] for step in lists)):
            if group:
                client.update_rest_api(restApiId=id, patchOperations=group)
        retag(client, _arn(cloud, id, new), old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteRestApi, with everything in it."""
        with unless_gone():
            cloud.client("apigateway", state.get("region")).delete_rest_api(restApiId=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are not unique, but this program gives each one once."""
        pages = cloud.client("apigateway", inputs.get("region")).get_paginator("get_rest_apis").paginate()
        return next((str(api["id"]) for page in pages for api in page["items"] if api["name"] == inputs["name"]), None)


def unquoted(policy: str | None) -> str | None:
    """API Gateway gives a policy with its quotes escaped."""
    return policy.replace('\\"', '"') if policy else policy


def endpoint_to_aws(given: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Pulumi has one type where API Gateway has a list of one."""
    if given is None:
        return None
    return {**given, "types": [given["types"]] if isinstance(given["types"], str) else list(given["types"])}


def endpoint_from_aws(held: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The other way; addresses of version 4 alone are what API Gateway assumes."""
    if not held:
        return None
    more = {name: value for name, value in held.items() if name == "vpcEndpointIds" and value}
    return {"types": next(iter(held.get("types") or ()), None), **more}


def _arn(cloud: Cloud, id: str, inputs: Inputs) -> str:
    return f"arn:aws:apigateway:{inputs.get('region') or cloud.region}::/restapis/{id}"


def _computed(cloud: Cloud, client: Any, held: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    root = held.get("rootResourceId") or _root(client, held["id"])
    return {
        "arn": _arn(cloud, held["id"], inputs),
        "executionArn": cloud.arn("execute-api", held["id"], region=inputs.get("region")),
        "rootResourceId": root,
        "createdDate": held["createdDate"].isoformat(),
    }


def _root(client: Any, api: str) -> str:
    pages = client.get_paginator("get_resources").paginate(restApiId=api)
    return str(next(each["id"] for page in pages for each in page["items"] if each["path"] == "/"))


RESOURCES = (RestApi,)
