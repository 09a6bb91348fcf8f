"""S3 buckets: versioning, encryption, lifecycle, replication, public access, access logs (sections 2.3 and 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pulumi
import pulumi_aws as aws

from infra.aws import policies, s3_lifecycle
from infra.aws.s3_replication import Replica, ReplicaArgs
from infra.aws.scope import Component, Scope
from infra.environment.storage import Bucket, PublicAccess

CONTENT, LOGS = "content", "logs"


@dataclass(frozen=True)
class S3BucketsArgs:
    """The buckets by label, and what applies to all of them."""

    scope: Scope
    buckets: Mapping[str, Bucket]
    names: Mapping[str, str]
    tls_enforced: bool
    cors_origins: tuple[str, ...] = ()
    distribution_arn: pulumi.Input[str] | None = None
    """The CloudFront distribution that serves the content bucket's public files."""


class S3Buckets(Component):
    """The buckets of an environment; all log their access into the one labelled `logs`."""

    def __init__(self, name: str, args: S3BucketsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.buckets = {label: self._bucket(label, spec) for label, spec in args.buckets.items()}
        for label, spec in args.buckets.items():
            self._restrict(label, spec)
            self._log(label)
            self._replicate(label, spec)
        if args.cors_origins:
            self._cors(CONTENT)
        self.register_outputs({label: bucket.bucket for label, bucket in self.buckets.items()})

    def notify(self, label: str, queue: aws.sqs.Queue, policy: pulumi.Resource) -> None:
        """Announce uploads of a bucket on a queue, once the queue lets the bucket."""
        aws.s3.BucketNotification(
            label,
            bucket=self.buckets[label].id,
            queues=[
                {
                    "id": "uploads",
                    "queue_arn": queue.arn,
                    "events": ["s3:ObjectCreated:*"],
                    "filter_prefix": "uploads/",
                }
            ],
            opts=self.child(depends_on=[policy]),
        )

    def _bucket(self, label: str, spec: Bucket) -> aws.s3.Bucket:
        bucket = aws.s3.Bucket(
            label,
            bucket=self.args.names[label],
            # What is protected keeps its objects; elsewhere `down` takes them along.
            force_destroy=not self.scope.protected,
            tags=self.scope.tags("s3", purpose=_tag(spec.purpose), critical=str(spec.critical).lower()),
            opts=self.stateful(),
        )
        if spec.versioning:
            aws.s3.BucketVersioning(
                label, bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=self.child()
            )
        encryption: aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict = {
            "apply_server_side_encryption_by_default": {"sse_algorithm": spec.encryption}
        }
        aws.s3.BucketServerSideEncryptionConfiguration(label, bucket=bucket.id, rules=[encryption], opts=self.child())
        aws.s3.BucketLifecycleConfiguration(label, bucket=bucket.id, rules=s3_lifecycle.rules(spec), opts=self.child())
        return bucket

    def _restrict(self, label: str, spec: Bucket) -> None:
        """The public access block of the bucket (none of the account: C-40), and its policy."""
        blocked = spec.public_access is None or _ended(spec.public_access)
        block = aws.s3.BucketPublicAccessBlock(
            label,
            bucket=self.buckets[label].id,
            block_public_acls=True,
            ignore_public_acls=True,
            block_public_policy=blocked,
            restrict_public_buckets=blocked,
            opts=self.child(),
        )
        if policy := self._policy(label, blocked=blocked):
            aws.s3.BucketPolicy(
                label, bucket=self.buckets[label].id, policy=policy, opts=self.child(depends_on=[block])
            )

    def _policy(self, label: str, *, blocked: bool) -> pulumi.Input[str] | None:
        """The bucket's policy; CloudFront's part of it is known once the distribution is."""
        statements = self._statements(label, blocked=blocked)
        if label == CONTENT and self.args.distribution_arn is not None:
            distribution = pulumi.Output.from_input(self.args.distribution_arn)
            return distribution.apply(lambda arn: policies.document(*statements, self._served(arn)))
        return policies.document(*statements) if statements else None

    def _served(self, distribution_arn: str) -> policies.Statement:
        """One distribution reads the public files: no other, of this environment or another, may."""
        return policies.Statement(
            "Cdn",
            ["s3:GetObject"],
            [f"arn:aws:s3:::{self.args.names[CONTENT]}/public/*"],
            principals={"Service": "cloudfront.amazonaws.com"},
            conditions={"StringEquals": {"aws:SourceArn": distribution_arn}},
        )

    def _statements(self, label: str, *, blocked: bool) -> list[policies.Statement]:
        arn = f"arn:aws:s3:::{self.args.names[label]}"
        statements = [*policies.tls_only(arn, f"{arn}/*")] if self.args.tls_enforced else []
        if label == LOGS:
            statements.append(self._log_delivery(arn))
        if not blocked:
            public = policies.Statement("DeclaredPublic", ["s3:GetObject"], [f"{arn}/public/*"], principals="*")
            statements.append(public)
        return statements

    def _log_delivery(self, arn: str) -> policies.Statement:
        sources = [f"arn:aws:s3:::{name}" for label, name in self.args.names.items() if label != LOGS]
        conditions = {"ArnLike": {"aws:SourceArn": sources}, **policies.own_account(self.scope.account)}
        return policies.Statement(
            "AccessLogs",
            ["s3:PutObject"],
            [f"{arn}/s3/*"],
            principals={"Service": "logging.s3.amazonaws.com"},
            conditions=conditions,
        )

    def _log(self, label: str) -> None:
        if label != LOGS and LOGS in self.buckets:
            aws.s3.BucketLogging(
                label,
                bucket=self.buckets[label].id,
                target_bucket=self.buckets[LOGS].id,
                target_prefix=f"s3/{label}/",
                opts=self.child(),
            )

    def _replicate(self, label: str, spec: Bucket) -> None:
        if spec.critical and spec.replicate_to:
            args = ReplicaArgs(self.scope, label, self.args.names[label], self.buckets[label], spec, spec.replicate_to)
            Replica(f"{label}-replica", args, self.child())

    def _cors(self, label: str) -> None:
        """Browsers of local development put objects by presigned URLs (section 4.1)."""
        aws.s3.BucketCorsConfiguration(
            label,
            bucket=self.buckets[label].id,
            cors_rules=[
                {
                    "allowed_origins": list(self.args.cors_origins),
                    "allowed_methods": ["GET", "PUT"],
                    "allowed_headers": ["content-type"],
                    "expose_headers": ["ETag"],
                    "max_age_seconds": 3600,
                }
            ],
            opts=self.child(),
        )


def _ended(exception: PublicAccess) -> bool:
    """An exception ends with its last day, at the next deployment (C-40)."""
    return exception.until < datetime.now(UTC).date()


def _tag(text: str) -> str:
    """Tag values know fewer characters than sentences."""
    return "".join(character for character in text if character.isalnum() or character in " _.:/=+-@")
