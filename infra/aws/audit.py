"""CloudTrail: who did what in the account, kept in a bucket and in a log group (section 8.1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import policies, roles
from infra.aws.log_groups import log_group, path
from infra.aws.scope import Component, Scope
from infra.environment.monitoring import LogRetention


@dataclass(frozen=True)
class AuditArgs:
    """What is recorded beside management events: the objects of `data_buckets` (names)."""

    scope: Scope
    retention: LogRetention
    data_buckets: tuple[str, ...]


class Audit(Component):
    """The trail."""

    def __init__(self, name: str, args: AuditArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.trail_name = self.scope.name("trail")
        bucket, policy = self._bucket(self.scope.name("audit"))
        logs = path(self.scope.environment, "audit", "trail")
        group = log_group(self, "trail", logs, "audit", args.retention, "audit")
        self.trail = aws.cloudtrail.Trail(
            "trail",
            name=self.trail_name,
            s3_bucket_name=bucket.bucket,
            cloud_watch_logs_group_arn=pulumi.Output.concat(group.arn, ":*"),
            cloud_watch_logs_role_arn=self._role(logs).arn,
            include_global_service_events=True,
            is_multi_region_trail=True,
            enable_log_file_validation=True,
            event_selectors=self._selectors(),
            tags=self.scope.tags("audit"),
            opts=self.stateful(depends_on=[policy]),
        )
        self.register_outputs({})

    def _selectors(self) -> list[aws.cloudtrail.TrailEventSelectorArgsDict]:
        selector: aws.cloudtrail.TrailEventSelectorArgsDict = {
            "read_write_type": "All",
            "include_management_events": True,
        }
        if self.args.data_buckets:
            arns = [f"arn:aws:s3:::{name}/" for name in self.args.data_buckets]
            selector["data_resources"] = [{"type": "AWS::S3::Object", "values": arns}]
        return [selector]

    def _bucket(self, name: str) -> tuple[aws.s3.Bucket, aws.s3.BucketPolicy]:
        bucket = aws.s3.Bucket(
            "trail",
            bucket=name,
            force_destroy=not self.scope.protected,
            tags=self.scope.tags("audit"),
            opts=self.stateful(),
        )
        block = aws.s3.BucketPublicAccessBlock(
            "trail",
            bucket=bucket.id,
            block_public_acls=True,
            ignore_public_acls=True,
            block_public_policy=True,
            restrict_public_buckets=True,
            opts=self.child(),
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            "trail",
            bucket=bucket.id,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=self.child(),
        )
        aws.s3.BucketLifecycleConfiguration(
            "trail",
            bucket=bucket.id,
            rules=[
                {
                    "id": "retention",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": self.args.retention.audit},
                }
            ],
            opts=self.child(),
        )
        text = policies.document(*self._delivery(f"arn:aws:s3:::{name}"))
        policy = aws.s3.BucketPolicy("trail", bucket=bucket.id, policy=text, opts=self.child(depends_on=[block]))
        return bucket, policy

    def _delivery(self, bucket: str) -> list[policies.Statement]:
        service = {"Service": "cloudtrail.amazonaws.com"}
        trail = {"aws:SourceArn": self.scope.arn("cloudtrail", f"trail/{self.trail_name}")}
        written = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **trail}}
        objects = f"{bucket}/AWSLogs/{self.scope.account}/*"
        look, found = ["s3:GetBucketAcl"], {"StringEquals": trail}
        return [
            policies.Statement("Look", look, [bucket], principals=service, conditions=found),
            policies.Statement("Write", ["s3:PutObject"], [objects], principals=service, conditions=written),
            *policies.tls_only(bucket, f"{bucket}/*"),
        ]

    def _role(self, logs: str) -> aws.iam.Role:
        streams = self.scope.arn("logs", f"log-group:{logs}:log-stream:*")
        write = policies.Statement("Write", ["logs:CreateLogStream", "logs:PutLogEvents"], [streams])
        trust = policies.trust("cloudtrail.amazonaws.com", policies.own_account(self.scope.account))
        return roles.role(self, "trail", roles.Grants("audit", trust, (write,))).role
