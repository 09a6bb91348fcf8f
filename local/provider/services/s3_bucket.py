"""S3: buckets. Their settings are resources of their own (s3_settings.py, s3_rules.py), as in pulumi-aws 7."""

from __future__ import annotations

from typing import Any, ClassVar

from botocore.exceptions import ClientError

from local.provider.cloud import Cloud
from local.provider.errors import code, found, gone, unless_gone
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.tags import tag_list, tag_map

ZONE = "Z3AQBSTGFYJSTF"
"""The hosted zone of S3's own domain in us-east-1 (AWS General Reference, S3 endpoints)."""
BATCH = 1000
"""Objects that one DeleteObjects takes."""


class Bucket(Resource):
    """A bucket; deleting one that holds objects needs `forceDestroy`."""

    type = "aws:s3/bucket:Bucket"
    service = "s3"
    name = "bucket"
    exact = True
    properties: ClassVar = {
        "bucket": Property(replace=True),
        "bucketPrefix": recorded("only a way to form the name, which is applied", replace=True),
        "forceDestroy": recorded("says how to delete the bucket; no property of it", default=False),
        "objectLockEnabled": Property(replace=True, computed=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateBucket, then the tags."""
        s3, name, region = (
            cloud.client("s3", inputs.get("region")),
            inputs["bucket"],
            inputs.get("region") or cloud.region,
        )
        # us-east-1 is the one region that must not be named.
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        lock = {"ObjectLockEnabledForBucket": True} if inputs.get("objectLockEnabled") else {}
        s3.create_bucket(Bucket=name, **place, **lock)
        with partly(name):
            if inputs.get("tags"):
                s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tag_list(inputs["tags"])})
        return Created(name, _computed(name, region))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The tags, which also tell whether the bucket is there; the lock only where it matters (one call more)."""
        s3 = cloud.client("s3", inputs.get("region"))
        try:
            tags = tag_map(s3.get_bucket_tagging(Bucket=id)["TagSet"])
        except ClientError as error:
            if gone(error) and code(error) != "NoSuchTagSet":
                return None
            if code(error) != "NoSuchTagSet":
                raise
            tags = {}
        lock = _locked(s3, id) if inputs.get("objectLockEnabled") or "bucket" not in inputs else None
        return {**_computed(id, inputs.get("region") or cloud.region), "tags": tags, "objectLockEnabled": lock}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Only tags change in place."""
        s3 = cloud.client("s3", new.get("region"))
        if new.get("tags"):
            s3.put_bucket_tagging(Bucket=id, Tagging={"TagSet": tag_list(new["tags"])})
        elif old.get("tags"):
            s3.delete_bucket_tagging(Bucket=id)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteBucket, after its content where the program allows that."""
        s3 = cloud.client("s3", state.get("region"))
        with unless_gone():
            if state.get("forceDestroy"):
                empty_bucket(s3, id)
            s3.delete_bucket(Bucket=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique."""
        s3, name = cloud.client("s3", inputs.get("region")), str(inputs["bucket"])
        return name if found(lambda: s3.head_bucket(Bucket=name)) else None


def empty_bucket(s3: Any, name: str) -> None:
    """Remove every version and delete marker."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        held = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        keys = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in held]
        for start in range(0, len(keys), BATCH):
            s3.delete_objects(Bucket=name, Delete={"Objects": keys[start : start + BATCH], "Quiet": True})


def _locked(s3: Any, name: str) -> bool:
    answer = found(lambda: s3.get_object_lock_configuration(Bucket=name), "ObjectLockConfigurationNotFoundError")
    return bool(answer and answer["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled")


def _computed(name: str, region: str) -> dict[str, Any]:
    return {
        "bucket": name,
        "arn": f"arn:aws:s3:::{name}",
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
        "bucketRegion": region,
        "hostedZoneId": ZONE,
        "region": region,
    }


RESOURCES = (Bucket,)
