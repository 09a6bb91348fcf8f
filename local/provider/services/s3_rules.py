"""S3: how objects age, where they are copied to, and who hears of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import declared
from local.provider.resource import Inputs, Outputs, Property, recorded
from local.provider.services.s3_settings import BUCKET, OWNER, S3, BucketSetting


class BucketLifecycleConfiguration(BucketSetting):
    """Transitions and expirations."""

    type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    calls = ("put_bucket_lifecycle_configuration", "get_bucket_lifecycle_configuration", "delete_bucket_lifecycle")
    properties: ClassVar = {
        "bucket": BUCKET,
        "expectedBucketOwner": OWNER,
        "rules": Property(),
        "transitionDefaultMinimumObjectSize": Property(computed=True),
    }

    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """All rules; S3 wants a filter or a prefix in each."""
        rules = [
            S3.to_aws(rule if "filter" in rule or "prefix" in rule else {**rule, "filter": {}})
            for rule in inputs["rules"]
        ]
        size = inputs.get("transitionDefaultMinimumObjectSize")
        return {"LifecycleConfiguration": {"Rules": rules}} | (
            {"TransitionDefaultMinimumObjectSize": size} if size else {}
        )

    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """All rules."""
        size = answer.get("TransitionDefaultMinimumObjectSize")
        return {"rules": S3.from_aws(answer["Rules"]), "transitionDefaultMinimumObjectSize": size}


class BucketReplicationConfig(BucketSetting):
    """What is copied to another bucket. LocalStack keeps the rules; nothing is copied."""

    type = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
    calls = ("put_bucket_replication", "get_bucket_replication", "delete_bucket_replication")
    properties: ClassVar = {
        "bucket": BUCKET,
        "role": Property(),
        "rules": Property(same=declared),
        "token": recorded("permits object lock with replication; no property of the rules"),
    }

    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """Role and rules."""
        return {"ReplicationConfiguration": {"Role": inputs["role"], "Rules": S3.to_aws(inputs["rules"])}}

    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """Role and rules."""
        found = answer["ReplicationConfiguration"]
        return {"role": found["Role"], "rules": S3.from_aws(found["Rules"])}


TARGETS = {
    "lambdaFunctions": ("LambdaFunctionConfigurations", "LambdaFunctionArn", "lambdaFunctionArn"),
    "queues": ("QueueConfigurations", "QueueArn", "queueArn"),
    "topics": ("TopicConfigurations", "TopicArn", "topicArn"),
}
"""Pulumi's list, S3's list, and how each names the target."""


class BucketNotification(BucketSetting):
    """Who hears of new and removed objects; the ids of targets that have none are S3's own."""

    type = "aws:s3/bucketNotification:BucketNotification"
    calls = ("put_bucket_notification_configuration", "get_bucket_notification_configuration", "")
    properties: ClassVar = {
        "bucket": BUCKET,
        "eventbridge": Property(default=False),
        "lambdaFunctions": Property(same=declared),
        "queues": Property(same=declared),
        "topics": Property(same=declared),
    }

    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """All targets at once."""
        lists = {
            theirs: [_to_aws(target, arn, ours) for target in inputs.get(name) or ()]
            for name, (theirs, arn, ours) in TARGETS.items()
        }
        bridge: Mapping[str, Any] = {"EventBridgeConfiguration": {}} if inputs.get("eventbridge") else {}
        return {"NotificationConfiguration": {**{key: value for key, value in lists.items() if value}, **bridge}}

    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """None where nobody hears of anything."""
        lists = {
            name: [_from_aws(target, arn, ours) for target in answer.get(theirs, ())]
            for name, (theirs, arn, ours) in TARGETS.items()
        }
        values = {**lists, "eventbridge": "EventBridgeConfiguration" in answer}
        return values if any(values.values()) else None

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """An empty configuration is none."""
        with unless_gone():
            put = cloud.client("s3", state.get("region")).put_bucket_notification_configuration
            put(Bucket=id, NotificationConfiguration={})


def _to_aws(target: Mapping[str, Any], arn: str, ours: str) -> dict[str, Any]:
    rules = [{"Name": name, "Value": target[key]} for name, key in FILTERS.items() if target.get(key)]
    return {
        arn: target[ours],
        "Events": target["events"],
        **({"Id": target["id"]} if target.get("id") else {}),
        **({"Filter": {"Key": {"FilterRules": rules}}} if rules else {}),
    }


FILTERS = {"prefix": "filterPrefix", "suffix": "filterSuffix"}


def _from_aws(target: Mapping[str, Any], arn: str, ours: str) -> dict[str, Any]:
    rules = {
        rule["Name"].lower(): rule["Value"] for rule in target.get("Filter", {}).get("Key", {}).get("FilterRules", ())
    }
    filters = {key: rules[name] for name, key in FILTERS.items() if name in rules}
    return {ours: target[arn], "events": target["Events"], "id": target.get("Id"), **filters}


RESOURCES = (BucketLifecycleConfiguration, BucketReplicationConfig, BucketNotification)
