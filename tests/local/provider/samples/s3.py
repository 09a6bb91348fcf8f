"""S3: buckets, their settings, objects."""

import json

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "system": "s3"}
ASSET = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17"}


def policy(effect: str) -> str:
    """A bucket policy."""
    statement = {
        "Effect": effect,
        "Principal": "*",
        "Action": ["s3:GetObject"],
        "Resource": "arn:aws:s3:::sample-content/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


SAMPLES = (
    Sample(
        "bucket",
        "aws:s3/bucket:Bucket",
        {"bucket": "sample-content", "forceDestroy": True, "tags": TAGS},
        ({"tags": {**TAGS, "owner": "team"}}, {"tags": None}, {"forceDestroy": False}),
        ("arn", "bucketRegionalDomainName", "hostedZoneId", "region", "bucketRegion"),
    ),
    Sample(
        "bucket-elsewhere",
        "aws:s3/bucket:Bucket",
        # It may hold copies by then: MiniStack really replicates.
        {"region": "us-west-2", "bucket": "sample-replica", "forceDestroy": True},
        ({"tags": TAGS},),
    ),
    Sample("bucket-locked", "aws:s3/bucket:Bucket", {"bucket": "sample-locked", "objectLockEnabled": True}),
    Sample(
        "bucket-versioning",
        "aws:s3/bucketVersioning:BucketVersioning",
        {"bucket": Ref("bucket"), "versioningConfiguration": {"status": "Enabled"}},
        ({"versioningConfiguration": {"status": "Suspended"}},),
    ),
    Sample(
        "replica-versioning",
        "aws:s3/bucketVersioning:BucketVersioning",
        {"region": "us-west-2", "bucket": Ref("bucket-elsewhere"), "versioningConfiguration": {"status": "Enabled"}},
    ),
    Sample(
        "bucket-encryption",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {"bucket": Ref("bucket"), "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
        (
            {
                "rules": [
                    {
                        "applyServerSideEncryptionByDefault": {
                            "sseAlgorithm": "aws:kms",
                            "kmsMasterKeyId": Ref("key", "arn"),
                        },
                        "bucketKeyEnabled": True,
                    }
                ]
            },
        ),
    ),
    Sample(
        "bucket-access",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"bucket": Ref("bucket"), "blockPublicAcls": True, "ignorePublicAcls": True},
        (
            {"blockPublicPolicy": True},
            {"restrictPublicBuckets": True},
            {"blockPublicAcls": None},
            {"ignorePublicAcls": False},
        ),
    ),
    Sample(
        "bucket-policy",
        "aws:s3/bucketPolicy:BucketPolicy",
        {"bucket": Ref("bucket"), "policy": policy("Deny")},
        ({"policy": policy("Allow")},),
    ),
    Sample(
        "bucket-ownership",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"bucket": Ref("bucket"), "rule": {"objectOwnership": "BucketOwnerPreferred"}},
        ({"rule": {"objectOwnership": "BucketOwnerEnforced"}},),
    ),
    Sample(
        "bucket-cors",
        "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
        {
            "bucket": Ref("bucket"),
            "corsRules": [
                {
                    "allowedMethods": ["GET", "PUT"],
                    "allowedOrigins": ["http://localhost:3000"],
                    "allowedHeaders": ["content-type"],
                    "exposeHeaders": ["ETag"],
                    "maxAgeSeconds": 3600,
                }
            ],
        },
        ({"corsRules": [{"id": "all", "allowedMethods": ["GET"], "allowedOrigins": ["*"]}]},),
    ),
    Sample(
        "bucket-logging",
        "aws:s3/bucketLogging:BucketLogging",
        {"bucket": Ref("bucket"), "targetBucket": Ref("bucket-locked"), "targetPrefix": "s3/content/"},
        ({"targetPrefix": "other/"},),
    ),
    Sample(
        "bucket-lifecycle",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {
            "bucket": Ref("bucket"),
            "rules": [
                {
                    "id": "unfinished",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
                },
                {
                    "id": "aging",
                    "status": "Enabled",
                    "filter": {"and": {"prefix": "logs/", "tags": {"class": "temporary"}, "objectSizeGreaterThan": 10}},
                    "transitions": [{"days": 30, "storageClass": "INTELLIGENT_TIERING"}],
                    "expiration": {"days": 365},
                    "noncurrentVersionExpiration": {"noncurrentDays": 30, "newerNoncurrentVersions": 2},
                    "noncurrentVersionTransitions": [{"noncurrentDays": 10, "storageClass": "GLACIER"}],
                },
            ],
        },
        (
            {
                "rules": [
                    {
                        "id": "one",
                        "status": "Disabled",
                        "filter": {"tag": {"key": "a", "value": "b"}},
                        "expiration": {"days": 3},
                    }
                ]
            },
            {"rules": [{"id": "date", "status": "Enabled", "expiration": {"date": "2030-01-01T00:00:00Z"}}]},
        ),
    ),
    Sample(
        "bucket-replication",
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        {
            "bucket": Ref("bucket-versioning"),
            "role": Ref("role", "arn"),
            "rules": [
                {
                    "id": "all",
                    "status": "Enabled",
                    "priority": 1,
                    "filter": {"prefix": ""},
                    "deleteMarkerReplication": {"status": "Enabled"},
                    "destination": {"bucket": Ref("bucket-elsewhere", "arn"), "storageClass": "STANDARD"},
                }
            ],
        },
        (
            {
                "rules": [
                    {
                        "id": "some",
                        "status": "Disabled",
                        "priority": 2,
                        "filter": {"and": {"prefix": "a/", "tags": {"x": "y"}}},
                        "deleteMarkerReplication": {"status": "Disabled"},
                        "destination": {"bucket": Ref("bucket-elsewhere", "arn")},
                    }
                ]
            },
        ),
    ),
    Sample(
        "bucket-notification",
        "aws:s3/bucketNotification:BucketNotification",
        {
            "bucket": Ref("bucket"),
            "queues": [
                {
                    "id": "uploads",
                    "queueArn": Ref("queue", "arn"),
                    "events": ["s3:ObjectCreated:*"],
                    "filterPrefix": "uploads/",
                    "filterSuffix": ".wav",
                }
            ],
        },
        (
            {"eventbridge": True},
            {"topics": [{"id": "removed", "topicArn": Ref("topic", "arn"), "events": ["s3:ObjectRemoved:*"]}]},
            {"queues": None, "eventbridge": True},
        ),
    ),
    Sample(
        "bucket-object",
        "aws:s3/bucketObjectv2:BucketObjectv2",
        {
            "bucket": Ref("bucket"),
            "key": "pages/index.html",
            "content": "<p>one",
            "contentType": "text/html",
            "tags": TAGS,
        },
        (
            {"content": "<p>two"},
            {"cacheControl": "no-store"},
            {"contentType": "text/plain"},
            {"metadata": {"origin": "test"}},
            {"tags": {"a": "b"}},
        ),
        ("etag",),
    ),
)
