"""Aurora PostgreSQL Serverless v2 with the RDS Data API (sections 2.2 and 10.1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import policies
from infra.aws.network import Placement
from infra.aws.scope import Component, Scope
from infra.environment.database import Database

# Seven days come with the setting; longer costs.
_INSIGHTS_DAYS = 7


@dataclass(frozen=True)
class AuroraArgs:
    """The cluster, where it lives, and who reaches it."""

    scope: Scope
    spec: Database
    identifier: str
    place: Placement
    security_group_id: pulumi.Input[str]
    off_hours: bool
    """Whether the off-hours schedule may stop it."""


class Aurora(Component):
    """The database of an environment; AWS makes and keeps its master password."""

    def __init__(self, name: str, args: AuroraArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.key = self._key() if args.spec.encryption_key == "customer" else None
        self.cluster = self._cluster()
        self.instances = [self._instance(number) for number in range(args.spec.instances)]
        self.secret_arn = self.cluster.master_user_secrets.apply(lambda secrets: secrets[0].secret_arn or "")
        self.register_outputs({"arn": self.cluster.arn})

    def _tags(self) -> dict[str, str]:
        schedule = {"schedule": "business-hours"} if self.args.off_hours else {}
        return self.scope.tags("aurora", **schedule)

    def _key(self) -> aws.kms.Key:
        key = aws.kms.Key(
            "database",
            description=f"Database of {self.scope.environment}",
            enable_key_rotation=True,
            deletion_window_in_days=30,
            policy=policies.document(*self._key_policy()),
            tags=self.scope.tags("aurora"),
            opts=self.stateful(),
        )
        alias = f"alias/{self.scope.name('database')}"
        aws.kms.Alias("database", name=alias, target_key_id=key.key_id, opts=self.child())
        return key

    def _key_policy(self) -> list[policies.Statement]:
        account = self.scope.account
        service = {"kms:ViaService": f"rds.{self.scope.region}.amazonaws.com", "kms:CallerAccount": account}
        return [
            policies.Statement(
                "Account",
                ["kms:*"],
                ["*"],
                principals={"AWS": f"arn:aws:iam::{account}:root"},
                reason="a key policy's resource is the key; without the account nobody could ever change the key",
            ),
            policies.Statement(
                "ThroughRds",
                ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:DescribeKey"],
                ["*"],
                principals={"AWS": f"arn:aws:iam::{account}:root"},
                conditions={"StringEquals": service},
                reason="a key policy's resource is the key",
            ),
        ]

    def _cluster(self) -> aws.rds.Cluster:
        spec, name = self.args.spec, self.scope.name("database")
        subnets = aws.rds.SubnetGroup(
            "database",
            name=name,
            description=f"Private subnets of {self.scope.environment}",
            subnet_ids=self.args.place.private_subnet_ids,
            tags=self._tags(),
            opts=self.child(),
        )
        parameters = self._parameters(name)
        return aws.rds.Cluster(
            "database",
            cluster_identifier=self.args.identifier,
            engine=spec.engine,
            engine_mode="provisioned",  # what Serverless v2 calls itself (C-24)
            engine_version=spec.engine_version,
            serverlessv2_scaling_configuration={"min_capacity": spec.min_acu, "max_capacity": spec.max_acu},
            database_name=spec.name,
            master_username=spec.master_user,
            manage_master_user_password=True,
            port=spec.port,
            enable_http_endpoint=True,
            db_subnet_group_name=subnets.name,
            db_cluster_parameter_group_name=parameters.name,
            vpc_security_group_ids=[self.args.security_group_id],
            storage_encrypted=True,
            kms_key_id=self.key.arn if self.key else None,
            backup_retention_period=spec.backup_retention_days,
            preferred_backup_window=spec.backup_window,
            preferred_maintenance_window=spec.maintenance_window,
            copy_tags_to_snapshot=True,
            deletion_protection=spec.deletion_protection,
            skip_final_snapshot=not spec.final_snapshot,
            final_snapshot_identifier=f"{name}-final" if spec.final_snapshot else None,
            enabled_cloudwatch_logs_exports=["postgresql"],
            performance_insights_enabled=spec.performance_insights,
            performance_insights_retention_period=_INSIGHTS_DAYS if spec.performance_insights else None,
            database_insights_mode="standard",
            apply_immediately=not self.scope.protected,
            tags=self._tags(),
            opts=self.stateful(),
        )

    def _parameters(self, name: str) -> aws.rds.ClusterParameterGroup:
        major = self.args.spec.engine_version.partition(".")[0]
        return aws.rds.ClusterParameterGroup(
            "database",
            name=name,
            family=f"aurora-postgresql{major}",
            description=f"Parameters of {self.scope.environment}",
            parameters=[
                {"name": "rds.force_ssl", "value": "1", "apply_method": "immediate"},
                {"name": "log_min_duration_statement", "value": "500", "apply_method": "immediate"},
                {"name": "shared_preload_libraries", "value": "pg_stat_statements", "apply_method": "pending-reboot"},
            ],
            tags=self._tags(),
            opts=self.child(),
        )

    def _instance(self, number: int) -> aws.rds.ClusterInstance:
        """The writer, and with `multi_az` a reader in another zone that takes over (C-25)."""
        spec, role = self.args.spec, "reader" if number else "writer"
        return aws.rds.ClusterInstance(
            role,
            identifier=self.scope.name(f"database-{role}"),
            cluster_identifier=self.cluster.id,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            engine_version=spec.engine_version,
            instance_class=spec.instance_class,
            promotion_tier=number,
            publicly_accessible=False,
            availability_zone=f"{self.scope.region}{'abc'[number]}",
            auto_minor_version_upgrade=spec.minor_upgrades,
            performance_insights_enabled=spec.performance_insights,
            preferred_maintenance_window=spec.maintenance_window,
            copy_tags_to_snapshot=True,
            apply_immediately=not self.scope.protected,
            tags=self._tags(),
            opts=self.stateful(),
        )
