"""The replica of a critical bucket in another region (sections 2.3 and 10.1, C-37)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import policies, roles, s3_lifecycle
from infra.aws.scope import Component, Scope
from infra.environment.storage import Bucket


@dataclass(frozen=True)
class ReplicaArgs:
    """Which bucket is replicated, and where to."""

    scope: Scope
    label: str
    source_name: str
    source: aws.s3.Bucket
    spec: Bucket
    region: str


class Replica(Component):
    """A bucket in another region (`region=` of its resources, no second provider) and the rule that fills it."""

    def __init__(self, name: str, args: ReplicaArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.name = self.scope.name(f"{args.label}-replica")
        self.bucket = self._bucket()
        versioning = aws.s3.BucketVersioning(
            self.args.label,
            bucket=self.bucket.id,
            versioning_configuration={"status": "Enabled"},
            region=args.region,
            opts=self.child(),
        )
        self._rule(self._role(), versioning)
        self.register_outputs({})

    def _bucket(self) -> aws.s3.Bucket:
        region, child = self.args.region, self.child()
        tags = self.scope.tags("s3", critical="true", replica="true")
        bucket = aws.s3.Bucket(self.args.label, bucket=self.name, region=region, tags=tags, opts=self.stateful())
        rule: aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict = {
            "apply_server_side_encryption_by_default": {"sse_algorithm": self.args.spec.encryption}
        }
        aws.s3.BucketServerSideEncryptionConfiguration(
            self.args.label, bucket=bucket.id, rules=[rule], region=region, opts=child
        )
        rules = s3_lifecycle.rules(self.args.spec)
        aws.s3.BucketLifecycleConfiguration(self.args.label, bucket=bucket.id, rules=rules, region=region, opts=child)
        block = aws.s3.BucketPublicAccessBlock(
            self.args.label,
            bucket=bucket.id,
            block_public_acls=True,
            ignore_public_acls=True,
            block_public_policy=True,
            restrict_public_buckets=True,
            region=region,
            opts=child,
        )
        arn = f"arn:aws:s3:::{self.name}"
        policy, blocked = policies.document(*policies.tls_only(arn, f"{arn}/*")), self.child(depends_on=[block])
        aws.s3.BucketPolicy(self.args.label, bucket=bucket.id, policy=policy, region=region, opts=blocked)
        return bucket

    def _role(self) -> aws.iam.Role:
        source, target = f"arn:aws:s3:::{self.args.source_name}", f"arn:aws:s3:::{self.name}"
        read = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"]
        write = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
        statements = (
            policies.Statement("Source", ["s3:GetReplicationConfiguration", "s3:ListBucket"], [source]),
            policies.Statement("Read", read, [f"{source}/*"]),
            policies.Statement("Write", write, [f"{target}/*"]),
        )
        trust = policies.trust("s3.amazonaws.com", policies.own_account(self.scope.account))
        grants = roles.Grants("s3", trust, statements, name=f"{self.args.label}-replication")
        return roles.role(self, self.args.label, grants).role

    def _rule(self, role: aws.iam.Role, versioning: aws.s3.BucketVersioning) -> None:
        aws.s3.BucketReplicationConfig(
            self.args.label,
            bucket=self.args.source.id,
            role=role.arn,
            rules=[
                {
                    "id": "all",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    # A deletion is not carried over: the replica is the backup (section 10.1).
                    "delete_marker_replication": {"status": "Disabled"},
                    "destination": {"bucket": self.bucket.arn, "storage_class": "STANDARD_IA"},
                }
            ],
            opts=self.child(depends_on=[versioning]),
        )
