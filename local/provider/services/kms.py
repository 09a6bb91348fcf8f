"""KMS: keys and their aliases."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, policy_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.tags import tag_changes, tag_list, tag_map

LONGEST_WAIT = 30
"""Days until a key is really gone, unless the program says less (KMS Developer Guide, Deleting keys)."""


class Key(Resource):
    """A key; deleted means scheduled for it."""

    type = "aws:kms/key:Key"
    service = "kms"
    exact = True
    properties: ClassVar = {
        "description": Property(computed=True),
        "keyUsage": Property(replace=True, default="ENCRYPT_DECRYPT"),
        "customerMasterKeySpec": Property(replace=True, default="SYMMETRIC_DEFAULT"),
        "policy": Property(same=policy_equal, computed=True),
        "bypassPolicyLockoutSafetyCheck": recorded("an option of the call; no property of the key"),
        "deletionWindowInDays": recorded("says how to delete the key; no property of it"),
        "enableKeyRotation": Property(default=False),
        "rotationPeriodInDays": Property(computed=True),
        "isEnabled": Property(default=True),
        "multiRegion": Property(replace=True, computed=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateKey, then rotation and state."""
        kms = cloud.client("kms", inputs.get("region"))
        settings = {
            "Description": inputs.get("description"),
            "KeyUsage": inputs["keyUsage"],
            "KeySpec": inputs["customerMasterKeySpec"],
            "Policy": _document(inputs.get("policy")),
            "MultiRegion": inputs.get("multiRegion"),
            "Tags": tag_list(inputs.get("tags"), "TagKey", "TagValue"),
        }
        key = kms.create_key(**compact(settings))["KeyMetadata"]
        with partly(key["KeyId"]):
            _set(kms, key["KeyId"], {"isEnabled": True, "enableKeyRotation": False}, inputs)
        return Created(key["KeyId"], {"arn": key["Arn"], "keyId": key["KeyId"]})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Four calls; a key that waits for its deletion is gone."""
        kms = cloud.client("kms", inputs.get("region"))
        answer = found(lambda: kms.describe_key(KeyId=id))
        if answer is None or answer["KeyMetadata"].get("KeyState") == "PendingDeletion":
            return None
        key = answer["KeyMetadata"]
        tags = kms.list_resource_tags(KeyId=id).get("Tags")
        rotation = found(lambda: kms.get_key_rotation_status(KeyId=id), "UnsupportedOperationException") or {}
        return {
            "arn": key["Arn"],
            "keyId": key["KeyId"],
            "description": key.get("Description"),
            "keyUsage": key["KeyUsage"],
            "customerMasterKeySpec": key.get("KeySpec") or key["CustomerMasterKeySpec"],
            "policy": kms.get_key_policy(KeyId=id, PolicyName="default")["Policy"],
            "enableKeyRotation": rotation.get("KeyRotationEnabled", False),
            "rotationPeriodInDays": rotation.get("RotationPeriodInDays"),
            "isEnabled": key["Enabled"],
            "multiRegion": key.get("MultiRegion", False),
            "tags": tag_map(tags, "TagKey", "TagValue"),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Each setting has a call of its own; a disabled key takes no other."""
        kms = cloud.client("kms", new.get("region"))
        if old.get("description") != new.get("description"):
            kms.update_key_description(KeyId=id, Description=new.get("description", ""))
        if new.get("policy") and not policy_equal(old.get("policy"), new["policy"]):
            kms.put_key_policy(KeyId=id, PolicyName="default", Policy=_document(new["policy"]))
        added, removed = tag_changes(old, new)
        if added:
            kms.tag_resource(KeyId=id, Tags=tag_list(added, "TagKey", "TagValue"))
        if removed:
            kms.untag_resource(KeyId=id, TagKeys=removed)
        _set(kms, id, old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """ScheduleKeyDeletion."""
        with unless_gone("KMSInvalidStateException"):
            kms = cloud.client("kms", state.get("region"))
            kms.schedule_key_deletion(KeyId=id, PendingWindowInDays=state.get("deletionWindowInDays") or LONGEST_WAIT)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Keys have no names: one with the same description and the same tags (not none) is the one."""
        kms = cloud.client("kms", inputs.get("region"))
        if not inputs.get("tags"):
            return None
        for page in kms.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                held = self.read(cloud, key["KeyId"], inputs)
                if held and held["tags"] == inputs["tags"] and held["description"] == inputs.get("description"):
                    return str(key["KeyId"])
        return None


def _document(policy: Any) -> str | None:
    return policy if policy is None or isinstance(policy, str) else json.dumps(policy)


def _set(kms: Any, key: str, old: Inputs, new: Inputs) -> None:
    if new.get("isEnabled") and not old.get("isEnabled"):
        kms.enable_key(KeyId=key)
    period = new.get("rotationPeriodInDays")
    if new.get("enableKeyRotation") and (not old.get("enableKeyRotation") or old.get("rotationPeriodInDays") != period):
        kms.enable_key_rotation(KeyId=key, **compact({"RotationPeriodInDays": period}))
    if old.get("enableKeyRotation") and not new.get("enableKeyRotation"):
        kms.disable_key_rotation(KeyId=key)
    if old.get("isEnabled") and not new.get("isEnabled"):
        kms.disable_key(KeyId=key)


def same_key(actual: Any, recorded: Any) -> bool:
    """An id and an ARN of the same key are the same."""
    return str(actual or "").rsplit("/", 1)[-1] == str(recorded or "").rsplit("/", 1)[-1]


class Alias(Resource):
    """A name of a key."""

    type = "aws:kms/alias:Alias"
    service = "kms"
    name = "name"
    prefix = "alias/"
    exact = True
    volatile = ("targetKeyArn",)
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": recorded("only a way to form the name, which is applied", replace=True),
        "targetKeyId": Property(same=same_key),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateAlias."""
        kms = cloud.client("kms", inputs.get("region"))
        kms.create_alias(AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
        return Created(inputs["name"], self._computed(cloud, inputs["name"], inputs["targetKeyId"], inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Aliases can only be listed."""
        pages = cloud.client("kms", inputs.get("region")).get_paginator("list_aliases").paginate()
        target = next(
            (each.get("TargetKeyId") for page in pages for each in page["Aliases"] if each["AliasName"] == id), None
        )
        return target and {"name": id, "targetKeyId": target, **self._computed(cloud, id, target, inputs)}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """UpdateAlias."""
        cloud.client("kms", new.get("region")).update_alias(AliasName=id, TargetKeyId=new["targetKeyId"])
        return self._computed(cloud, id, new["targetKeyId"], new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteAlias."""
        with unless_gone():
            cloud.client("kms", state.get("region")).delete_alias(AliasName=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        return str(inputs["name"]) if self.read(cloud, inputs["name"], inputs) else None

    def _computed(self, cloud: Cloud, name: str, target: str, inputs: Inputs) -> dict[str, Any]:
        region = inputs.get("region")
        key = target if target.startswith("arn:") else cloud.arn("kms", f"key/{target}", region=region)
        return {"arn": cloud.arn("kms", name, region=region), "targetKeyArn": key}


RESOURCES = (Key, Alias)
