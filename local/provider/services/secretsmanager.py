"""Secrets Manager: secrets, their policies and rotation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, policy_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.spelling import Spelling
from local.provider.tags import tag_changes, tag_list, tag_map

SPELLING = Spelling()


OWN_KEY = "alias/aws/secretsmanager"
"""The key that Secrets Manager takes where the program names none."""


class Secret(Resource):
    """A secret without its value; its ARN is its id."""

    type = "aws:secretsmanager/secret:Secret"
    service = "secretsmanager"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": recorded("only a way to form the name, which is applied", replace=True),
        "description": Property(),
        "kmsKeyId": Property(),
        "policy": Property(same=policy_equal, computed=True),
        "recoveryWindowInDays": recorded("says how to delete the secret; no property of it", default=30),
        "forceOverwriteReplicaSecret": recorded("LocalStack has no replicas of secrets", default=False),
        "replicas": recorded("LocalStack has no replicas of secrets"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateSecret, then the policy."""
        secrets = cloud.client("secretsmanager", inputs.get("region"))
        settings = {
            "Description": inputs.get("description"),
            "KmsKeyId": inputs.get("kmsKeyId"),
            "Tags": tag_list(inputs.get("tags")),
        }
        arn = secrets.create_secret(Name=inputs["name"], **compact(settings))["ARN"]
        with partly(arn):
            if inputs.get("policy"):
                secrets.put_resource_policy(SecretId=arn, ResourcePolicy=_document(inputs["policy"]))
        return Created(arn, {"arn": arn})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """DescribeSecret; the policy only where the program names it here. One that waits for its deletion is gone."""
        secrets = cloud.client("secretsmanager", inputs.get("region"))
        held = found(lambda: secrets.describe_secret(SecretId=id))
        if held is None or held.get("DeletedDate"):
            return None
        asked = "policy" in inputs or not inputs
        return {
            "arn": held["ARN"],
            "name": held["Name"],
            "description": held.get("Description"),
            "kmsKeyId": None if held.get("KmsKeyId") == OWN_KEY else held.get("KmsKeyId"),
            "policy": secrets.get_resource_policy(SecretId=id).get("ResourcePolicy") if asked else None,
            "tags": tag_map(held.get("Tags")),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Description and key, policy, tags."""
        secrets = cloud.client("secretsmanager", new.get("region"))
        if any(old.get(name) != new.get(name) for name in ("description", "kmsKeyId")):
            key = new.get("kmsKeyId") or OWN_KEY
            secrets.update_secret(SecretId=id, Description=new.get("description", ""), KmsKeyId=key)
        if new.get("policy") and not policy_equal(old.get("policy"), new["policy"]):
            secrets.put_resource_policy(SecretId=id, ResourcePolicy=_document(new["policy"]))
        added, removed = tag_changes(old, new)
        if added:
            secrets.tag_resource(SecretId=id, Tags=tag_list(added))
        if removed:
            secrets.untag_resource(SecretId=id, TagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteSecret; the name is free at once only without a recovery window."""
        window = state.get("recoveryWindowInDays", 30)
        how: dict[str, Any] = {"RecoveryWindowInDays": window} if window else {"ForceDeleteWithoutRecovery": True}
        with unless_gone("InvalidRequestException"):
            cloud.client("secretsmanager", state.get("region")).delete_secret(SecretId=id, **how)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        secrets = cloud.client("secretsmanager", inputs.get("region"))
        held = found(lambda: secrets.describe_secret(SecretId=inputs["name"]))
        return str(held["ARN"]) if held and not held.get("DeletedDate") else None


def _document(policy: Any) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)


class SecretPolicy(Resource):
    """Who may use a secret."""

    type = "aws:secretsmanager/secretPolicy:SecretPolicy"
    service = "secretsmanager"
    identity = ("secretArn",)
    exact = True
    properties: ClassVar = {
        "secretArn": Property(replace=True),
        "policy": Property(same=policy_equal),
        "blockPublicPolicy": recorded("an option of the call; no property of the policy"),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutResourcePolicy."""
        self._put(cloud, inputs["secretArn"], inputs)
        return Created(inputs["secretArn"])

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetResourcePolicy."""
        secrets = cloud.client("secretsmanager", inputs.get("region"))
        policy = (found(lambda: secrets.get_resource_policy(SecretId=id)) or {}).get("ResourcePolicy")
        return {"secretArn": id, "policy": policy} if policy else None

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutResourcePolicy."""
        self._put(cloud, id, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteResourcePolicy."""
        with unless_gone():
            cloud.client("secretsmanager", state.get("region")).delete_resource_policy(SecretId=id)

    def _put(self, cloud: Cloud, arn: str, inputs: Inputs) -> None:
        secrets = cloud.client("secretsmanager", inputs.get("region"))
        secrets.put_resource_policy(SecretId=arn, ResourcePolicy=_document(inputs["policy"]))


class SecretRotation(Resource):
    """When and by which function a secret is rotated."""

    type = "aws:secretsmanager/secretRotation:SecretRotation"
    service = "secretsmanager"
    identity = ("secretId",)
    exact = True
    properties: ClassVar = {
        "secretId": Property(replace=True),
        "rotationLambdaArn": Property(),
        "rotationRules": Property(),
        "rotateImmediately": recorded("LocalStack rotates at once, always"),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """RotateSecret."""
        self._rotate(cloud, inputs["secretId"], inputs)
        return Created(inputs["secretId"], {"rotationEnabled": True})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """DescribeSecret."""
        held = found(lambda: cloud.client("secretsmanager", inputs.get("region")).describe_secret(SecretId=id))
        if held is None or not held.get("RotationEnabled"):
            return None
        rules: Mapping[str, Any] = SPELLING.from_aws(held.get("RotationRules", {}))
        function = held.get("RotationLambdaARN")
        return {"secretId": id, "rotationLambdaArn": function, "rotationRules": rules, "rotationEnabled": True}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """RotateSecret with the new rules."""
        self._rotate(cloud, id, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """CancelRotateSecret."""
        with unless_gone("InvalidRequestException"):
            cloud.client("secretsmanager", state.get("region")).cancel_rotate_secret(SecretId=id)

    def _rotate(self, cloud: Cloud, secret: str, inputs: Inputs) -> None:
        settings = {
            "RotationLambdaARN": inputs.get("rotationLambdaArn"),
            "RotationRules": SPELLING.to_aws(inputs["rotationRules"]),
        }
        cloud.client("secretsmanager", inputs.get("region")).rotate_secret(SecretId=secret, **compact(settings))


RESOURCES = (Secret, SecretPolicy, SecretRotation)
