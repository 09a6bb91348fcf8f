"""Sections 2.2 and 2.3: the database and the buckets, as the engine would make them."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

import pytest

from tests.infra.program.reading import ABSENT, Planned, Row, at, said

CLUSTER, INSTANCE = "rds/cluster:Cluster", "rds/clusterInstance:ClusterInstance"
BUCKET, VERSIONING = "s3/bucket:Bucket", "s3/bucketVersioning:BucketVersioning"
LIFECYCLE = "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
BLOCK = "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
REPLICATION = "s3/bucketReplicationConfig:BucketReplicationConfig"
LEAST, MOST = "serverlessv2ScalingConfiguration.minCapacity", "serverlessv2ScalingConfiguration.maxCapacity"
CONTENT = "distrofmb1ec38f05cba40828e65a98e039c6de4db8f9-main"
STACKS = ("local", "dev", "staging", "prod")


@said(
    ("2.2-01", "prod", CLUSTER, "database", "clusterIdentifier", "database-2-cluster"),
    ("2.2-01", "prod", CLUSTER, "database", "deletionProtection", True),
    ("2.2-02", "prod", CLUSTER, "database", "engine", "aurora-postgresql"),
    ("2.2-02", "prod", INSTANCE, "writer", "instanceClass", "db.serverless"),  # C-24
    ("2.2-03", "prod", CLUSTER, "database", LEAST, 2),
    ("2.2-04", "prod", CLUSTER, "database", MOST, 16),
    ("2.2-05", "prod", CLUSTER, "database", "backupRetentionPeriod", 30),
    ("2.2-06", "prod", INSTANCE, "writer", "availabilityZone", "us-east-1a"),
    ("2.2-06", "prod", INSTANCE, "reader", "availabilityZone", "us-east-1b"),  # C-25
    ("2.2-07", "prod", CLUSTER, "database", "storageEncrypted", True),
    ("2.2-08", "staging", CLUSTER, "database", "clusterIdentifier", "distronation-staging-database"),
    ("2.2-10", "staging", CLUSTER, "database", LEAST, 0.5),
    ("2.2-11", "staging", CLUSTER, "database", MOST, 4),
    ("2.2-12", "staging", CLUSTER, "database", "backupRetentionPeriod", 7),
    ("2.2-14", "staging", CLUSTER, "database", "storageEncrypted", True),
    ("2.2-15", "dev", CLUSTER, "database", "clusterIdentifier", "distronation-dev-database"),
    ("2.2-17", "dev", CLUSTER, "database", LEAST, 0.5),
    ("2.2-18", "dev", CLUSTER, "database", MOST, 2),
    ("2.2-19", "dev", CLUSTER, "database", "backupRetentionPeriod", 1),
    ("2.2-21", "dev", CLUSTER, "database", "storageEncrypted", True),
    ("2.2-21", "dev", CLUSTER, "database", "kmsKeyId", ABSENT),  # C-28: the AWS-managed key
    ("2.2-22", "prod", CLUSTER, "database", "enableHttpEndpoint", True),
    ("2.2-22", "prod", INSTANCE, "writer", "publiclyAccessible", False),
    ("2.2-25", "prod", CLUSTER, "database", "performanceInsightsEnabled", True),
    ("2.2-25", "prod", INSTANCE, "writer", "performanceInsightsEnabled", True),
    ("2.2-27", "staging", CLUSTER, "database", "enableHttpEndpoint", True),
    ("2.2-29", "staging", CLUSTER, "database", "performanceInsightsEnabled", False),
    ("2.2-31", "dev", CLUSTER, "database", "enableHttpEndpoint", True),
    ("2.2-33", "dev", CLUSTER, "database", "performanceInsightsEnabled", False),
    ("9.1-01", "prod", CLUSTER, "database", "preferredMaintenanceWindow", "sun:07:00-sun:08:00"),  # C-89
    ("9.1-01", "prod", INSTANCE, "writer", "autoMinorVersionUpgrade", False),
    ("5.1-08", "prod", CLUSTER, "database", "manageMasterUserPassword", True),
    ("8.1-10", "prod", "rds/clusterParameterGroup:ClusterParameterGroup", "database", "parameters.0.value", "1"),
)
def test_database(planned: Planned, row: Row) -> None:
    assert row.found(planned) == row.value


@pytest.mark.parametrize(
    ("statement", "stack"), [("2.2-13", "staging"), ("2.2-20", "dev"), ("2.2-28", "staging"), ("2.2-32", "dev")]
)
def test_below_production_there_is_one_instance(planned: Planned, statement: str, stack: str) -> None:
    assert [each.name for each in planned(stack).of(INSTANCE)] == ["writer"]


@pytest.mark.parametrize("statement", ["2.2-07"])
def test_productions_key_is_its_own_and_rotates(planned: Planned, statement: str) -> None:
    key = planned("prod").one("kms/key:Key", "database")
    assert key.inputs["enableKeyRotation"] is True
    assert key.protect
    assert "kmsKeyId" in planned("prod").one(CLUSTER, "database").inputs


@said(
    ("2.3-01", "prod", BUCKET, "s3/content", "bucket", CONTENT),
    ("2.3-03", "prod", VERSIONING, "s3/content", "versioningConfiguration.status", "Enabled"),
    ("2.3-05", "prod", LIFECYCLE, "s3/content", "rules.1.transitions.0.storageClass", "INTELLIGENT_TIERING"),
    ("3.1-14", "prod", LIFECYCLE, "s3/content", "rules.1.expiration", ABSENT),
    ("2.3-06", "prod", REPLICATION, "content", "rules.0.status", "Enabled"),
    ("2.3-06", "prod", BUCKET, "content-replica/content", "region", "us-west-2"),  # C-37
    ("2.3-06", "prod", BLOCK, "content-replica/content", "restrictPublicBuckets", True),
    ("2.3-08", "staging", BUCKET, "s3/content", "bucket", "distronation-staging-content"),
    ("2.3-09", "staging", VERSIONING, "s3/content", "versioningConfiguration.status", "Enabled"),
    ("2.3-11", "staging", LIFECYCLE, "s3/content", "rules.1.transitions.0.days", 0),
    ("2.3-11", "staging", LIFECYCLE, "s3/content", "rules.1.expiration.days", 30),  # C-38
    ("2.3-11", "staging", LIFECYCLE, "s3/content", "rules.2.noncurrentVersionExpiration.noncurrentDays", 30),
    ("2.3-14", "dev", BUCKET, "s3/content", "bucket", "distronation-dev-content"),
    ("2.3-17", "dev", LIFECYCLE, "s3/content", "rules.1.expiration.days", 7),
    ("7.2-07", "dev", LIFECYCLE, "s3/logs", "rules.1.expiration.days", 7),
    ("7.2-07", "staging", LIFECYCLE, "s3/content", "rules.0.abortIncompleteMultipartUpload.daysAfterInitiation", 7),
)
def test_bucket(planned: Planned, row: Row) -> None:
    assert row.found(planned) == row.value


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("statement", ["2.3-04", "2.3-10", "2.3-16", "C-39"])
def test_every_bucket_is_encrypted(planned: Planned, statement: str, stack: str) -> None:
    places = {(each.component, each.name) for each in planned(stack).of(BUCKET) if "gcp" not in each.type}
    encrypted = {
        (each.component, each.name)
        for each in planned(stack).of(ENCRYPTION)
        if at(each.inputs, "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm") == "AES256"
    }
    assert places == encrypted


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("statement", ["2.3-07", "2.3-13", "2.3-19", "C-40"])
def test_every_bucket_is_closed_to_the_public(planned: Planned, statement: str, stack: str) -> None:
    """Development declares no exception at present; the account-wide block is nobody's."""
    places = {(each.component, each.name) for each in planned(stack).of(BUCKET)}
    switches = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")
    closed = {
        (each.component, each.name)
        for each in planned(stack).of(BLOCK)
        if all(each.inputs[switch] is True for switch in switches)
    }
    assert places == closed
    assert not planned(stack).of("AccountPublicAccessBlock")


@pytest.mark.parametrize(("statement", "stack"), [("2.3-12", "staging"), ("2.3-18", "dev")])
def test_below_production_nothing_is_replicated(planned: Planned, statement: str, stack: str) -> None:
    assert not planned(stack).of(REPLICATION)


@pytest.mark.parametrize("statement", ["2.3-15"])
def test_development_keeps_no_versions(planned: Planned, statement: str) -> None:
    assert not planned("dev").of(VERSIONING)


@pytest.mark.parametrize(("stack", "enforced"), [("prod", True), ("staging", True), ("dev", False)])
@pytest.mark.parametrize("statement", ["8.1-10", "8.1-21"])
def test_where_encryption_is_enforced_policies_refuse_old_tls(
    planned: Planned, statement: str, stack: str, enforced: bool
) -> None:
    policies = [each for each in planned(stack).of("bucketPolicy:BucketPolicy") if each.component == "s3"]
    texts = [str(each.inputs["policy"]) for each in policies]
    known = [text for text in texts if text.startswith("{")]
    assert all(("s3:TlsVersion" in text) is enforced for text in known)
