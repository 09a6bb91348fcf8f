"""Lambda: functions. The code is a deterministic zip, so that its checksum tells whether somebody changed it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from infra.errors import OperationFailed
from local.provider.assets import code_zip
from local.provider.cloud import Cloud
from local.provider.difference import content
from local.provider.errors import found, unless_gone
from local.provider.properties import declared
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.spelling import Spelling
from local.provider.tags import tag_changes

LAMBDA = Spelling(
    {"kmsKeyArn": "KMSKeyArn", "fileSystemConfig": "FileSystemConfigs"}, maps=frozenset({"variables", "tags"})
)
READY = 60.0
"""Seconds that a function gets to become active; LocalStack prepares the code in that time."""
CODE = ("code", "s3Bucket", "s3Key", "s3ObjectVersion")
UNRESERVED = -1

CONFIGURATION = {
    "architectures": Property(computed=True),
    "deadLetterConfig": Property(),
    "description": Property(),
    "environment": Property(),
    "ephemeralStorage": Property(computed=True),
    "handler": Property(),
    "kmsKeyArn": recorded("LocalStack keeps no key of a function's variables"),
    "layers": Property(),
    "loggingConfig": Property(same=declared, computed=True),
    "memorySize": Property(default=128),
    "role": Property(),
    "runtime": Property(),
    "snapStart": Property(computed=True),
    "timeout": Property(default=3),
    "tracingConfig": Property(computed=True),
    "vpcConfig": recorded("LocalStack keeps no network of a function; it runs on this machine's loopback"),
}
"""What UpdateFunctionConfiguration takes, except the architecture."""


class Function(Resource):
    """A function; created and updated ones are waited for until they are active."""

    type = "aws:lambda/function:Function"
    service = "lambda"
    name = "name"
    exact = True
    volatile = ("version", "qualifiedArn", "qualifiedInvokeArn", "lastModified", "codeSha256", "sourceCodeSize")
    properties: ClassVar = {
        "name": Property(replace=True),
        "code": Property(proof="codeSha256"),
        "s3Bucket": Property(proof="codeSha256"),
        "s3Key": Property(proof="codeSha256"),
        "s3ObjectVersion": Property(proof="codeSha256"),
        "sourceCodeHash": recorded(
            "a note of the program about the code, whose checksum is compared itself", computed=True
        ),
        "packageType": Property(replace=True, default="Zip"),
        "publish": recorded("says whether an update publishes a version; no property of the function", default=False),
        "reservedConcurrentExecutions": Property(default=UNRESERVED),
        "skipDestroy": recorded("says how to delete the function; no property of it", default=False),
        "replaceSecurityGroupsOnDestroy": recorded("says how to delete the function; no property of it"),
        "replacementSecurityGroupIds": recorded("says how to delete the function; no property of it"),
        **CONFIGURATION,
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateFunction with code and tags, then the reserved concurrency."""
        client, name = cloud.client("lambda", inputs.get("region")), inputs["name"]
        made = client.create_function(
            FunctionName=name,
            Code=_code(inputs),
            PackageType=inputs["packageType"],
            Publish=bool(inputs.get("publish")),
            Tags=dict(inputs.get("tags") or {}),
            **_configuration(inputs),
        )
        with partly(name):
            ready = _await(client, name)
            _reserve(client, name, {"reservedConcurrentExecutions": UNRESERVED}, inputs)
        return Created(name, _computed(cloud, {**ready, "Version": made["Version"]}, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One call has everything."""
        client = cloud.client("lambda", inputs.get("region"))
        answer = found(lambda: client.get_function(FunctionName=id))
        if answer is None:
            return None
        held = LAMBDA.from_aws(
            {name: value for name, value in answer["Configuration"].items() if name != "ResponseMetadata"}
        )
        reserved = answer.get("Concurrency", {}).get("ReservedConcurrentExecutions")
        if reserved is None and inputs.get("reservedConcurrentExecutions") == 0:
            # LocalStack leaves a reservation of nothing out of this answer.
            reserved = client.get_function_concurrency(FunctionName=id).get("ReservedConcurrentExecutions")
        return {
            **{name: _read(name, held.get(name)) for name in CONFIGURATION if "." not in name},
            **_computed(cloud, answer["Configuration"], inputs),
            "name": id,
            "packageType": held.get("packageType", "Zip"),
            "reservedConcurrentExecutions": UNRESERVED if reserved is None else reserved,
            "tags": answer.get("Tags", {}),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Code, configuration, concurrency, tags: what differs of them, one after the other."""
        client = cloud.client("lambda", new.get("region"))
        if any(content(old.get(name)) != content(new.get(name)) for name in (*CODE, "architectures")):
            client.update_function_code(FunctionName=id, **_code(new), **_architectures(new))
            _await(client, id)
        if _configuration(old) != _configuration(new):
            client.update_function_configuration(FunctionName=id, **_reset(old, new))
            _await(client, id)
        _reserve(client, id, old, new)
        self._tag(client, cloud.arn("lambda", f"function:{id}", region=new.get("region")), old, new)
        if new.get("publish"):
            client.publish_version(FunctionName=id)
        return _computed(cloud, client.get_function_configuration(FunctionName=id), new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteFunction."""
        with unless_gone():
            cloud.client("lambda", state.get("region")).delete_function(FunctionName=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        client, name = cloud.client("lambda", inputs.get("region")), str(inputs["name"])
        return name if found(lambda: client.get_function_configuration(FunctionName=name)) else None

    def _tag(self, client: Any, arn: str, old: Inputs, new: Inputs) -> None:
        added, removed = tag_changes(old, new)
        if added:
            client.tag_resource(Resource=arn, Tags=added)
        if removed:
            client.untag_resource(Resource=arn, TagKeys=removed)


def _code(inputs: Inputs) -> dict[str, Any]:
    if "code" in inputs:
        return {"ZipFile": code_zip(inputs["code"])}
    place = {"S3Bucket": "s3Bucket", "S3Key": "s3Key", "S3ObjectVersion": "s3ObjectVersion"}
    return {theirs: inputs[ours] for theirs, ours in place.items() if inputs.get(ours)}


def _architectures(inputs: Inputs) -> dict[str, Any]:
    return {"Architectures": inputs["architectures"]} if inputs.get("architectures") else {}


def _configuration(inputs: Inputs) -> dict[str, Any]:
    """The settings as Lambda wants them."""
    given = {name: inputs[name] for name, rule in CONFIGURATION.items() if name in inputs and rule.status == "applied"}
    if "fileSystemConfig" in given:
        given["fileSystemConfig"] = [given["fileSystemConfig"]]
    settings: dict[str, Any] = LAMBDA.to_aws(given)
    return settings


EMPTY: Mapping[str, Any] = {
    "description": "",
    "environment": {"variables": {}},
    "deadLetterConfig": {"targetArn": ""},
    "layers": [],
    "tracingConfig": {"mode": "PassThrough"},
    "ephemeralStorage": {"size": 512},
    "loggingConfig": {"logFormat": "Text"},
}
"""What to send for a setting that the program no longer has."""


def _reset(old: Inputs, new: Inputs) -> dict[str, Any]:
    dropped = {name: EMPTY[name] for name in CONFIGURATION if name in EMPTY and old.get(name) and not new.get(name)}
    settings = _configuration({**dropped, **new})
    settings.pop("Architectures", None)
    return settings


def _read(name: str, value: Any) -> Any:
    """As Pulumi records it: empty blocks are none."""
    if name == "environment":
        return {"variables": value["variables"]} if value and value.get("variables") else None
    if name == "layers":
        return [layer["arn"] for layer in value or ()] or None
    return value


def _await(client: Any, name: str) -> Any:
    """The configuration once the function is active; raises OperationFailed with Lambda's reason where it fails."""
    deadline, pause = time.monotonic() + READY, 0.01
    while True:
        held = client.get_function_configuration(FunctionName=name)
        states = {held.get("State", "Active"), held.get("LastUpdateStatus", "Successful")}
        if "Failed" in states:
            reason = held.get("StateReason") or held.get("LastUpdateStatusReason") or "no reason given"
            raise OperationFailed(f"the function did not become active: {reason}")
        if not states & {"Pending", "InProgress"}:
            return held
        if time.monotonic() > deadline:
            raise OperationFailed(f"the function was not active after {READY:.0f} s: {held.get('StateReason', '')}")
        time.sleep(pause)
        pause = min(pause * 1.6, 0.5)


def _reserve(client: Any, name: str, old: Inputs, new: Inputs) -> None:
    before, after = (side.get("reservedConcurrentExecutions", UNRESERVED) for side in (old, new))
    if before == after:
        return
    if after == UNRESERVED:
        client.delete_function_concurrency(FunctionName=name)
    else:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=after)


def invoke_arn(region: str, arn: str) -> str:
    """What API Gateway calls (API Gateway Developer Guide, integration URI)."""
    return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def _computed(cloud: Cloud, held: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    region = inputs.get("region") or cloud.region
    arn, version = cloud.arn("lambda", f"function:{held['FunctionName']}", region=region), held["Version"]
    return {
        "arn": arn,
        "invokeArn": invoke_arn(region, arn),
        "version": version,
        "qualifiedArn": f"{arn}:{version}",
        "qualifiedInvokeArn": invoke_arn(region, f"{arn}:{version}"),
        "lastModified": held.get("LastModified"),
        "codeSha256": held["CodeSha256"],
        "sourceCodeSize": held.get("CodeSize"),
    }


RESOURCES = (Function,)
