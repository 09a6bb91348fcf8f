"""Where data lies: buckets, queues, the database, secrets (sections 2.2, 2.3 and 5.1)."""

from __future__ import annotations

from infra.aws.aurora import Aurora, AuroraArgs
from infra.aws.queues import Queues, QueuesArgs
from infra.aws.s3_buckets import S3Buckets, S3BucketsArgs
from infra.aws.secrets import Secrets, SecretsArgs
from infra.layers.edge import Edge
from infra.layers.foundation import Foundation


class Data:
    """The data of one environment."""

    def __init__(self, foundation: Foundation, edge: Edge) -> None:
        self._foundation = foundation
        self.queues = self._queues()
        self.buckets = self._buckets(edge)
        self.buckets.notify("content", self.queues.ingest, self.queues.policy)
        self.database = self._database()
        self._secrets()

    def _queues(self) -> Queues:
        base, spec = self._foundation, self._foundation.environment.functions
        args = QueuesArgs(
            scope=base.scope,
            functions=spec.deployed(),
            content_bucket=base.environment.bucket("content"),
            dead_letter_days=spec.dead_letter_days,
            receive_attempts=spec.receive_attempts,
            tls_enforced=base.environment.security.encryption_enforced,
        )
        return Queues("queues", args, base.opts)

    def _buckets(self, edge: Edge) -> S3Buckets:
        base, environment = self._foundation, self._foundation.environment
        args = S3BucketsArgs(
            scope=base.scope,
            buckets=environment.buckets,
            names={label: environment.bucket(label) for label in environment.buckets},
            tls_enforced=environment.security.encryption_enforced,
            cors_origins=environment.apis.dn.cors_origins,
            distribution_arn=edge.cdn.distribution.arn if edge.cdn else None,
        )
        return S3Buckets("s3", args, base.opts)

    def _database(self) -> Aurora:
        base, environment = self._foundation, self._foundation.environment
        args = AuroraArgs(
            scope=base.scope,
            spec=environment.database,
            identifier=environment.cluster,
            place=base.place,
            security_group_id=base.groups.database.id,
            off_hours=environment.business_hours is not None,
        )
        return Aurora("aurora", args, base.opts)

    def _secrets(self) -> None:
        base = self._foundation
        args = SecretsArgs(base.scope, base.environment, self.database.cluster, self.database.secret_arn)
        Secrets("secrets", args, base.opts)
