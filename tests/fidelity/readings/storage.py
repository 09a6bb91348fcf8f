"""S3 buckets."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from tests.fidelity.table import Reading
from tests.fidelity.world import Things, World, tags

_ABSENT = (
    "NoSuchBucketPolicy",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "ReplicationConfigurationNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
)


def _buckets(world: World) -> Things:
    names = [row["Name"] for row in world.live.aws("s3").list_buckets()["Buckets"]]
    told = {name: tags(_get(world, "tagging", name).get("TagSet", [])) for name in names}
    return {
        world.short(name): _bucket(world, name)
        for name in names
        if told[name].get("environment") == world.environment and told[name].get("system") == "s3"
    }


def _get(world: World, setting: str, bucket: str) -> Any:
    """One setting of a bucket; an empty mapping where it has none."""
    try:
        return getattr(world.live.aws("s3"), f"get_{setting}" if "block" in setting else f"get_bucket_{setting}")(
            Bucket=bucket
        )
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] not in _ABSENT:
            raise
        return {}


def _bucket(world: World, name: str) -> dict[str, Any]:
    encryption = _get(world, "encryption", name).get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    block = _get(world, "public_access_block", name).get("PublicAccessBlockConfiguration", {})
    rules = [
        rule for rule in _get(world, "lifecycle_configuration", name).get("Rules", []) if rule["Status"] == "Enabled"
    ]
    policy = json.loads(_get(world, "policy", name).get("Policy", "{}"))
    replication = _get(world, "replication", name).get("ReplicationConfiguration", {}).get("Rules", [])
    return {
        "region": _get(world, "location", name).get("LocationConstraint") or "us-east-1",
        "versioning": _get(world, "versioning", name).get("Status"),
        "encryption": [rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in encryption],
        "blocked": len(block) == len(_SWITCHES) and all(block.values()),
        "transition": [(step["Days"], step["StorageClass"]) for rule in rules for step in rule.get("Transitions", [])],
        "deleted-after": next((rule["Expiration"]["Days"] for rule in rules if "Expiration" in rule), None),
        "versions-deleted-after": next(
            (
                rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
                for rule in rules
                if "NoncurrentVersionExpiration" in rule
            ),
            None,
        ),
        "replication": [rule["Status"] for rule in replication] or None,
        **_permitted(policy),
    }


_SWITCHES = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")


def _permitted(policy: dict[str, Any]) -> dict[str, Any]:
    """What a bucket's policy lets everybody do, and whether it refuses what is not encrypted on its way."""
    statements = policy.get("Statement", [])
    everybody = [
        each for each in statements if each["Effect"] == "Allow" and each.get("Principal") in ("*", {"AWS": "*"})
    ]
    denied = json.dumps([each.get("Condition") for each in statements if each["Effect"] == "Deny"])
    return {"public": bool(everybody), "tls-only": "aws:SecureTransport" in denied}


def _planned_buckets(world: World) -> Things:
    return {
        world.short(each.inputs["bucket"]): _planned_bucket(world, each.name, each.component)
        | {"protected": each.protect}
        for each in world.inputs.of("s3/bucket:Bucket")
        if each.inputs["tags"]["system"] == "s3"
    }


def _planned_bucket(world: World, label: str, component: str) -> dict[str, Any]:
    def setting(kind: str) -> dict[str, Any]:
        found = [each for each in world.inputs.of(kind) if (each.name, each.component) == (label, component)]
        return dict(found[0].inputs) if found else {}

    block = setting("BucketPublicAccessBlock")
    rules = [rule for rule in setting("BucketLifecycleConfiguration").get("rules", []) if rule["status"] == "Enabled"]
    encryption = setting("BucketServerSideEncryptionConfiguration").get("rules", [])
    # The policy that names a distribution is known after the deployment only.
    policy = setting("BucketPolicy").get("policy", "{}")
    return {
        "versioning": setting("BucketVersioning").get("versioningConfiguration", {}).get("status"),
        "encryption": [rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] for rule in encryption],
        "blocked": all(block.get(switch) for switch in _SWITCHES),
        "transition": [(step["days"], step["storageClass"]) for rule in rules for step in rule.get("transitions", [])],
        "deleted-after": next((rule["expiration"]["days"] for rule in rules if "expiration" in rule), None),
        "versions-deleted-after": next(
            (
                rule["noncurrentVersionExpiration"]["noncurrentDays"]
                for rule in rules
                if "noncurrentVersionExpiration" in rule
            ),
            None,
        ),
        "region": setting("s3/bucket:Bucket").get("region"),
        "replication": _planned_replication(world, label, component),
        **(_permitted(json.loads(policy)) if policy.startswith("{") else {}),
    }


def _planned_replication(world: World, label: str, component: str) -> list[str] | None:
    """The rule stands beside the replica, in a component of its own; the replica itself goes nowhere."""
    if component != "s3":
        return None
    found = [each for each in world.inputs.of("BucketReplicationConfig") if each.name == label]
    return [rule["status"] for each in found for rule in each.inputs["rules"]] or None


buckets = Reading("S3 buckets", _planned_buckets, _buckets, {"protected": "the engine protects, not the cloud"})
