"""Secrets Manager: the values of secrets."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, set_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource
from local.provider.secrets import wrap


def same_secret(actual: Any, recorded: Any) -> bool:
    """A name and an ARN of the same secret are the same."""
    return bool(actual == recorded or f":secret:{recorded}-" in str(actual) or f":secret:{actual}-" in str(recorded))


class SecretVersion(Resource):
    """A value of a secret; its id is `<secret's ARN>|<version>`."""

    type = "aws:secretsmanager/secretVersion:SecretVersion"
    service = "secretsmanager"
    identity = ()
    exact = True
    properties: ClassVar = {
        "secretId": Property(replace=True, same=same_secret),
        "secretString": Property(replace=True, secret=True),
        "secretBinary": Property(replace=True, secret=True),
        "versionStages": Property(same=set_equal, computed=True),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutSecretValue; another try with the same value is the same version."""
        secrets = cloud.client("secretsmanager", inputs.get("region"))
        stages = inputs.get("versionStages") or ["AWSCURRENT"]
        made = secrets.put_secret_value(
            SecretId=inputs["secretId"],
            ClientRequestToken=str(uuid.uuid4()),
            VersionStages=stages,
            **_value(inputs),
        )
        outputs = {"arn": made["ARN"], "versionId": made["VersionId"], "versionStages": stages}
        return Created(f"{made['ARN']}|{made['VersionId']}", outputs)

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The value of exactly this version; one without a stage is on its way out."""
        arn, version = id.split("|", 1)
        secrets = cloud.client("secretsmanager", inputs.get("region"))
        held = found(lambda: secrets.get_secret_value(SecretId=arn, VersionId=version), "InvalidRequestException")
        if held is None:
            return None
        binary = held.get("SecretBinary")
        return {
            "arn": arn,
            "versionId": version,
            "secretId": arn,
            "secretString": held.get("SecretString"),
            "secretBinary": base64.b64encode(binary).decode() if binary else None,
            "versionStages": held.get("VersionStages") or [],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Only stages move; a stage is taken from the version that has it."""
        arn, version = id.split("|", 1)
        secrets = cloud.client("secretsmanager", new.get("region"))
        before, after = set(old.get("versionStages") or ()), set(new.get("versionStages") or ())
        holders = secrets.describe_secret(SecretId=arn).get("VersionIdsToStages", {})
        for stage in sorted(after - before):
            holder = next((each for each, stages in holders.items() if stage in stages), None)
            move = {"MoveToVersionId": version, "RemoveFromVersionId": holder if holder != version else None}
            secrets.update_secret_version_stage(SecretId=arn, VersionStage=stage, **compact(move))
        for stage in sorted(before - after):
            secrets.update_secret_version_stage(SecretId=arn, VersionStage=stage, RemoveFromVersionId=version)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """A version goes by losing its stages; the current one stays until another comes, or the secret goes."""
        arn, version = id.split("|", 1)
        secrets = cloud.client("secretsmanager", state.get("region"))
        with unless_gone("InvalidRequestException", "InvalidParameterException"):
            for stage in state.get("versionStages") or ():
                if stage not in ("AWSCURRENT", "AWSPREVIOUS"):
                    secrets.update_secret_version_stage(SecretId=arn, VersionStage=stage, RemoveFromVersionId=version)


def _value(inputs: Inputs) -> dict[str, Any]:
    if "secretBinary" in inputs:
        return {"SecretBinary": base64.b64decode(inputs["secretBinary"])}
    return {"SecretString": inputs.get("secretString", "")}


def get_secret_version(cloud: Cloud, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`aws.secretsmanager.get_secret_version`: the value of a secret, by version or stage."""
    which = {"VersionId": arguments.get("versionId"), "VersionStage": arguments.get("versionStage")}
    secrets = cloud.client("secretsmanager", arguments.get("region"))
    held = secrets.get_secret_value(SecretId=arguments["secretId"], **compact(which))
    return {
        "arn": held["ARN"],
        "id": f"{arguments['secretId']}|{held['VersionId']}",
        "secretId": arguments["secretId"],
        "secretString": wrap(held.get("SecretString", "")),
        "secretBinary": wrap(base64.b64encode(held.get("SecretBinary", b"")).decode()),
        "versionId": held["VersionId"],
        "versionStage": arguments.get("versionStage", "AWSCURRENT"),
        "versionStages": held.get("VersionStages", []),
        "createdDate": held["CreatedDate"].isoformat(),
        "region": arguments.get("region") or cloud.region,
    }


RESOURCES = (SecretVersion,)
INVOKES = {"aws:secretsmanager/getSecretVersion:getSecretVersion": get_secret_version}
