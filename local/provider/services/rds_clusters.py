"""RDS: Aurora clusters. moto keeps the cluster, the sandbox's PostgreSQL its data, the main emulator its secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import caseless_equal, compact, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly, recorded
from local.provider.services import rds_secrets
from local.provider.services.rds_groups import Rds
from local.provider.services.rds_settings import (
    CHANGEABLE,
    FIRST,
    FIRST_ONLY,
    FIXED,
    HELD_ELSEWHERE,
    LATER,
    NO_DATA_API,
    OPTION,
    SCALING,
    arguments_of,
    credentials_of,
    held_insights,
    insights_of,
    is_managed,
    marked,
    postgres,
    scaling_of,
    secret_arn,
)
from local.provider.tags import tag_list, tag_map

if TYPE_CHECKING:
    from local.provider.databases import Database


def own_name(actual: Any, recorded: Any) -> bool:
    """The name that was asked for, also where another cluster of the sandbox has it and this one has a longer one."""
    return bool(actual == recorded or (recorded and str(actual).startswith(f"{recorded}_")))


class Cluster(Rds):
    """An Aurora cluster; `endpoint` and `port` lead to the sandbox's PostgreSQL, which has its role and database."""

    type = "aws:rds/cluster:Cluster"
    kind = "cluster"
    name = "clusterIdentifier"
    served = ("port", "databaseName", "masterUsername")
    observed = ("clusterMembers",)
    spelling: ClassVar = {**FIXED, **CHANGEABLE}
    properties: ClassVar = {
        "clusterIdentifier": Property(replace=True, same=caseless_equal),
        **dict.fromkeys(FIXED, Property(replace=True, computed=True)),
        "databaseName": Property(replace=True, computed=True, same=own_name),
        "masterUsername": Property(replace=True, computed=True, same=own_name),
        "engine": Property(replace=True),
        "engineMode": Property(replace=True, default="provisioned"),
        "storageEncrypted": Property(replace=True, default=False),
        "availabilityZones": Property(replace=True, computed=True, same=set_equal),
        **dict.fromkeys(CHANGEABLE, Property(computed=True)),
        **dict.fromkeys(LATER, Property(computed=True)),
        "backupRetentionPeriod": Property(default=1),
        "preferredMaintenanceWindow": Property(computed=True, same=caseless_equal),
        "deletionProtection": Property(default=False),
        "copyTagsToSnapshot": Property(default=False),
        "vpcSecurityGroupIds": Property(computed=True, same=set_equal),
        "serverlessv2ScalingConfiguration": Property(),
        "manageMasterUserPassword": Property(),
        "masterPassword": recorded("set in PostgreSQL; nothing tells a password again", secret=True),
        "masterUserSecretKmsKeyId": recorded(
            "given to the emulated secret; RDS's own record names another key", computed=True
        ),
        "port": recorded("the sandbox's PostgreSQL has a free port; the output is that one", computed=True),
        "enabledCloudwatchLogsExports": recorded(FIRST_ONLY, same=set_equal),
        "iamDatabaseAuthenticationEnabled": recorded(FIRST_ONLY),
        "enableHttpEndpoint": Property(default=False),
        "performanceInsightsEnabled": Property(default=False),
        "performanceInsightsRetentionPeriod": Property(computed=True),
        "engineLifecycleSupport": recorded("moto drops it", computed=True),
        "applyImmediately": recorded(OPTION),
        "allowMajorVersionUpgrade": recorded(OPTION),
        "deleteAutomatedBackups": recorded(OPTION),
        "finalSnapshotIdentifier": recorded(OPTION),
        "skipFinalSnapshot": recorded(OPTION),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The cluster at RDS, what moto takes only later, then role, database and secret."""
        answer = self.rds(cloud, inputs).create_db_cluster(
            DBClusterIdentifier=inputs["clusterIdentifier"],
            Tags=tag_list(marked(inputs)["tags"]),
            **arguments_of(inputs, {**FIXED, **CHANGEABLE, **FIRST}),
            **scaling_of(inputs),
            **credentials_of(inputs),
        )
        held = answer["DBCluster"]
        with partly(held["DBClusterIdentifier"]):
            later = {**arguments_of(inputs, LATER), **insights_of(inputs)}
            held = self._modify(cloud, held["DBClusterIdentifier"], inputs, later)
            database = self._master(cloud, held, inputs)
            return Created(held["DBClusterIdentifier"], self._computed(held, database, managed=is_managed(inputs)))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """RDS's description, and what is really there of role, database and secret."""
        held = self._held(cloud, id, inputs)
        if held is None:
            return None
        secret = secret_arn(held)
        managed = bool(secret) and rds_secrets.is_kept(cloud, secret)
        database = postgres().look(cloud, held["DBClusterArn"])
        scaling, tags = held.get("ServerlessV2ScalingConfiguration", {}), tag_map(held["TagList"])
        return {
            "clusterIdentifier": held["DBClusterIdentifier"],
            **{name: held.get(HELD_ELSEWHERE.get(name, key)) for name, key in {**FIXED, **CHANGEABLE, **LATER}.items()},
            "vpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in held["VpcSecurityGroups"]],
            "serverlessv2ScalingConfiguration": {name: scaling[key] for name, key in SCALING.items() if key in scaling},
            "manageMasterUserPassword": managed,
            **held_insights(held),
            "enableHttpEndpoint": tags.pop(NO_DATA_API, "true") != "false",
            "tags": tags,
            **self._computed(held, database, managed=managed),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """What changed at RDS, the password, tags."""
        wanted, scaling = {**arguments_of(new, {**CHANGEABLE, **LATER}), **insights_of(new)}, scaling_of(new)
        before = {**arguments_of(old, {**CHANGEABLE, **LATER}), **insights_of(old)}
        arguments = {key: value for key, value in wanted.items() if before.get(key) != value}
        arguments |= scaling if scaling != scaling_of(old) else {}
        arguments |= {"ManageMasterUserPassword": is_managed(new)} if is_managed(old) != is_managed(new) else {}
        outputs: dict[str, Any] = {}
        if arguments or old.get("masterPassword") != new.get("masterPassword"):
            outputs = self._change(cloud, id, old, new, arguments)
        self.retag(cloud, id, marked(old), marked(new))
        return outputs

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """The cluster and its automatic backups, then database, role and secret."""
        rds = self.rds(cloud, state)
        secret = self._secret(cloud, id, state)
        snapshot = None if state.get("skipFinalSnapshot") else state.get("finalSnapshotIdentifier")
        final = compact({"FinalDBSnapshotIdentifier": snapshot})
        with unless_gone():
            rds.delete_db_cluster(DBClusterIdentifier=id, SkipFinalSnapshot=not final, **final)
        self._drop_backups(rds, id)
        postgres().drop(cloud, self.arn(cloud, id, state))
        if secret:
            rds_secrets.drop(cloud, secret)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Identifiers are unique in an account and region."""
        held = self._held(cloud, inputs["clusterIdentifier"].lower(), inputs)
        return str(held["DBClusterIdentifier"]) if held else None

    def _held(self, cloud: Cloud, id: str, inputs: Inputs) -> dict[str, Any] | None:
        answer = found(lambda: self.rds(cloud, inputs).describe_db_clusters(DBClusterIdentifier=id))
        return next(iter(answer["DBClusters"]), None) if answer else None

    def _secret(self, cloud: Cloud, id: str, inputs: Inputs) -> str:
        return secret_arn(self._held(cloud, id, inputs) or {})

    def _modify(self, cloud: Cloud, id: str, inputs: Inputs, arguments: Mapping[str, Any]) -> dict[str, Any]:
        answer = self.rds(cloud, inputs).modify_db_cluster(
            DBClusterIdentifier=id, ApplyImmediately=True, AllowMajorVersionUpgrade=True, **arguments
        )
        return dict(answer["DBCluster"])

    def _change(self, cloud: Cloud, id: str, old: Inputs, new: Inputs, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """A cluster whose secret was lost gets another one; so does one that is managed from now on."""
        if is_managed(old) and not is_managed(new):
            rds_secrets.drop(cloud, self._secret(cloud, id, new))
        held = self._modify(cloud, id, new, arguments)
        if is_managed(old) != is_managed(new) or old.get("masterPassword") != new.get("masterPassword"):
            database = self._master(cloud, held, new)
        else:
            database = postgres().look(cloud, held["DBClusterArn"])
        return self._computed(held, database, managed=is_managed(new))

    def _master(self, cloud: Cloud, held: Mapping[str, Any], inputs: Inputs) -> Database:
        """Role and database with the program's password, or with one that is made here and kept as a secret."""
        databases, arn = postgres(), held["DBClusterArn"]
        key = databases.password() if is_managed(inputs) else inputs.get("masterPassword") or databases.password()
        role, name = held.get("MasterUsername") or "postgres", held.get("DatabaseName") or ""
        database: Database = databases.make(cloud, arn, role=role, name=name, key=key)
        if is_managed(inputs):
            secret, kms_key = held["MasterUserSecret"]["SecretArn"], inputs.get("masterUserSecretKmsKeyId")
            rds_secrets.keep(cloud, secret, arn, user=database.role, key=key, kms_key=kms_key)
        return database

    def _drop_backups(self, rds: Any, id: str) -> None:
        """Their names hold the minute: in moto one that stays keeps a cluster of that name from being made."""
        kept = found(lambda: rds.describe_db_cluster_snapshots(DBClusterIdentifier=id, SnapshotType="automated"))
        for snapshot in (kept or {}).get("DBClusterSnapshots", []):
            with unless_gone():
                rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=snapshot["DBClusterSnapshotIdentifier"])

    def _computed(self, held: Mapping[str, Any], database: Database, *, managed: bool) -> dict[str, Any]:
        secret = held.get("MasterUserSecret", {})
        described = {
            "secretArn": secret.get("SecretArn", ""),
            "secretStatus": "active",
            "kmsKeyId": secret.get("KmsKeyId", ""),
        }
        return {
            "arn": held["DBClusterArn"],
            "clusterResourceId": held["DbClusterResourceId"],
            "hostedZoneId": held["HostedZoneId"],
            "engineVersionActual": held["EngineVersion"],
            "endpoint": database.host,
            "readerEndpoint": database.host,
            "port": database.port,
            "databaseName": database.name,
            "masterUsername": database.role,
            "clusterMembers": [member["DBInstanceIdentifier"] for member in held.get("DBClusterMembers", [])],
            "masterUserSecrets": [described] if managed else [],
        }


RESOURCES = (Cluster,)
