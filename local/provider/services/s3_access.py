"""S3: who may reach a bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.properties import policy_equal, set_equal
from local.provider.resource import Inputs, Outputs, Property, recorded
from local.provider.services.s3_settings import BUCKET, OWNER, S3, BucketSetting


class BucketPublicAccessBlock(BucketSetting):
    """Whether anything in the bucket may be public."""

    type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    calls = ("put_public_access_block", "get_public_access_block", "delete_public_access_block")
    properties: ClassVar = {
        "bucket": BUCKET,
        "blockPublicAcls": Property(default=False),
        "blockPublicPolicy": Property(default=False),
        "ignorePublicAcls": Property(default=False),
        "restrictPublicBuckets": Property(default=False),
        "skipDestroy": recorded("says how to delete the resource; no property of it"),
    }

    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """Four switches."""
        switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
        return {"PublicAccessBlockConfiguration": S3.to_aws({name: bool(inputs.get(name)) for name in switches})}

    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """Four switches."""
        values: Outputs = S3.from_aws(answer["PublicAccessBlockConfiguration"])
        return values


class BucketPolicy(BucketSetting):
    """Who may use the bucket."""

    type = "aws:s3/bucketPolicy:BucketPolicy"
    calls = ("put_bucket_policy", "get_bucket_policy", "delete_bucket_policy")
    properties: ClassVar = {"bucket": BUCKET, "policy": Property(same=policy_equal)}

    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """The policy as text."""
        policy = inputs["policy"]
        return {"Policy": policy if isinstance(policy, str) else json.dumps(policy)}

    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """The policy as text."""
        return {"policy": answer["Policy"]}


class BucketOwnershipControls(BucketSetting):
    """Who owns what others put there."""

    type = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    calls = ("put_bucket_ownership_controls", "get_bucket_ownership_controls", "delete_bucket_ownership_controls")
    properties: ClassVar = {"bucket": BUCKET, "rule": Property()}

    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """One rule."""
        return {"OwnershipControls": {"Rules": [S3.to_aws(inputs["rule"])]}}

    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """One rule."""
        return {"rule": S3.from_aws(answer["OwnershipControls"]["Rules"][0])}


class BucketCorsConfiguration(BucketSetting):
    """What browsers of other origins may do."""

    type = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration"
    calls = ("put_bucket_cors", "get_bucket_cors", "delete_bucket_cors")
    properties: ClassVar = {"bucket": BUCKET, "corsRules": Property(same=set_equal), "expectedBucketOwner": OWNER}

    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """All rules."""
        return {"CORSConfiguration": {"CORSRules": S3.to_aws(inputs["corsRules"])}}

    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """All rules."""
        return {"corsRules": S3.from_aws(answer["CORSRules"])}


RESOURCES = (BucketPublicAccessBlock, BucketPolicy, BucketOwnershipControls, BucketCorsConfiguration)
