"""How objects age: Intelligent-Tiering, deletion, old versions, unfinished uploads (section 2.3, C-38)."""

from __future__ import annotations

import pulumi_aws as aws

from infra.environment.storage import Bucket

_UNFINISHED_DAYS = 7


def rules(bucket: Bucket) -> list[aws.s3.BucketLifecycleConfigurationRuleArgsDict]:
    """The rules of a bucket; each begins at an object's making."""
    return [_unfinished(), *_aging(bucket), *_old_versions(bucket)]


def _rule(name: str) -> aws.s3.BucketLifecycleConfigurationRuleArgsDict:
    return {"id": name, "status": "Enabled", "filter": {"prefix": ""}}


def _unfinished() -> aws.s3.BucketLifecycleConfigurationRuleArgsDict:
    return {
        **_rule("unfinished-uploads"),
        "abort_incomplete_multipart_upload": {"days_after_initiation": _UNFINISHED_DAYS},
    }


def _aging(bucket: Bucket) -> list[aws.s3.BucketLifecycleConfigurationRuleArgsDict]:
    rule = _rule("aging")
    if bucket.lifecycle.transition_days is not None:
        tier: aws.s3.BucketLifecycleConfigurationRuleTransitionArgsDict = {
            "days": bucket.lifecycle.transition_days,
            "storage_class": "INTELLIGENT_TIERING",
        }
        rule["transitions"] = [tier]
    if bucket.lifecycle.delete_after_days:
        rule["expiration"] = {"days": bucket.lifecycle.delete_after_days}
    return [rule] if "transitions" in rule or "expiration" in rule else []


def _old_versions(bucket: Bucket) -> list[aws.s3.BucketLifecycleConfigurationRuleArgsDict]:
    """Expiration only hides an object of a versioned bucket: its versions have to go too (C-38)."""
    days = bucket.lifecycle.delete_after_days
    if not (bucket.versioning and days):
        return []
    return [{**_rule("old-versions"), "noncurrent_version_expiration": {"noncurrent_days": days}}]
