"""Aurora: the cluster and its instances; and whether the database answers."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.fidelity.table import Reading
from tests.fidelity.world import Things, World, only_one, tags

_PARAMETER = "rds.force_ssl"


def _cluster(world: World) -> Things:
    rds = world.live.aws("rds")
    own = [
        row
        for row in rds.describe_db_clusters()["DBClusters"]
        if tags(row["TagList"]).get("environment") == world.environment
    ]
    return only_one("cluster", [_described(world, row) for row in own])


def _described(world: World, row: dict[str, Any]) -> dict[str, Any]:
    capacity = row["ServerlessV2ScalingConfiguration"]
    return {
        "identifier": row["DBClusterIdentifier"],
        "engine": row["Engine"],
        "least-capacity": capacity["MinCapacity"],
        "most-capacity": capacity["MaxCapacity"],
        "backup-days": row["BackupRetentionPeriod"],
        "encrypted": row["StorageEncrypted"],
        "deletion-protection": row["DeletionProtection"],
        "maintenance": row["PreferredMaintenanceWindow"],
        "insights": _has_insights(row),
        "insights-mode": row["DatabaseInsightsMode"],
        "proxies": len(world.live.aws("rds").describe_db_proxies()["DBProxies"]),
        "groups": sorted(_groups(world, [group["VpcSecurityGroupId"] for group in row["VpcSecurityGroups"]])),
        "tls-only": _parameter(world, row["DBClusterParameterGroup"]) == "1",
    }


def _has_insights(row: dict[str, Any]) -> bool:
    """Performance Insights keep something for some days, or are off; moto tells nothing else."""
    return bool(row.get("PerformanceInsightsEnabled") or row.get("PerformanceInsightsRetentionPeriod"))


def _groups(world: World, ids: list[str]) -> list[str]:
    found = world.live.aws("ec2").describe_security_groups(GroupIds=ids)["SecurityGroups"]
    return [world.short(row["GroupName"]) for row in found]


def _parameter(world: World, group: str) -> str | None:
    rows = world.live.aws("rds").describe_db_cluster_parameters(DBClusterParameterGroupName=group)["Parameters"]
    return next((row["ParameterValue"] for row in rows if row["ParameterName"] == _PARAMETER), None)


def _planned_cluster(world: World) -> Things:
    groups = world.inputs.of("rds/clusterParameterGroup:ClusterParameterGroup")
    parameters = {each["name"]: each["value"] for group in groups for each in group.inputs["parameters"]}
    return only_one(
        "cluster",
        [
            {
                "identifier": each.inputs["clusterIdentifier"],
                "engine": each.inputs["engine"],
                "least-capacity": each.inputs["serverlessv2ScalingConfiguration"]["minCapacity"],
                "most-capacity": each.inputs["serverlessv2ScalingConfiguration"]["maxCapacity"],
                "backup-days": each.inputs["backupRetentionPeriod"],
                "encrypted": each.inputs["storageEncrypted"],
                "key": "customer" if "kmsKeyId" in each.inputs else "aws",
                "deletion-protection": each.inputs["deletionProtection"],
                "maintenance": each.inputs["preferredMaintenanceWindow"],
                "insights": each.inputs["performanceInsightsEnabled"],
                "insights-mode": each.inputs["databaseInsightsMode"],
                "data-api": each.inputs["enableHttpEndpoint"],
                "proxies": len(world.inputs.of("rds/proxy:Proxy")),
                "tls-only": parameters.get(_PARAMETER) == "1",
                "protected": each.protect,
            }
            for each in world.inputs.of("rds/cluster:Cluster")
        ],
    )


def _instances(world: World) -> Things:
    rows = world.live.aws("rds").describe_db_instances()["DBInstances"]
    return {
        world.short(row["DBInstanceIdentifier"]).removeprefix("database-"): {
            "class": row["DBInstanceClass"],
            "zone": row["AvailabilityZone"],
            "public": row["PubliclyAccessible"],
            "insights": _has_insights(row),
            "minor-upgrades": row["AutoMinorVersionUpgrade"],
        }
        for row in rows
        if tags(row["TagList"]).get("environment") == world.environment
    }


def _planned_instances(world: World) -> Things:
    return {
        each.name: {
            "class": each.inputs["instanceClass"],
            "zone": each.inputs["availabilityZone"],
            "public": each.inputs["publiclyAccessible"],
            "insights": each.inputs["performanceInsightsEnabled"],
            "minor-upgrades": each.inputs["autoMinorVersionUpgrade"],
        }
        for each in world.inputs.of("rds/clusterInstance:ClusterInstance")
    }


def _keys(world: World) -> Things:
    kms = world.live.aws("kms")
    own = [
        row["AliasName"]
        for row in world.live.pages("kms", "list_aliases", "Aliases")
        if world.prefix in row["AliasName"]
    ]
    return {
        world.short(name): {"rotates": kms.get_key_rotation_status(KeyId=name)["KeyRotationEnabled"]} for name in own
    }


def _planned_keys(world: World) -> Things:
    return {each.name: {"rotates": each.inputs["enableKeyRotation"]} for each in world.inputs.of("kms/key:Key")}


_QUESTION = "select 6 * 7"


def _connections(world: World) -> Things:
    """The same question by both ways that developers have."""
    with psycopg.connect(world.live.variables["DATABASE_URL"], connect_timeout=5) as connection:
        row = connection.execute(_QUESTION).fetchone()
    return {"direct": {"answer": row and row[0]}, "data-api": {"answer": _by_data_api(world)}}


def _by_data_api(world: World) -> Any:
    clusters = world.live.aws("rds").describe_db_clusters()["DBClusters"]
    own = next(row for row in clusters if tags(row["TagList"]).get("environment") == world.environment)
    answer = world.live.aws("rds-data").execute_statement(
        resourceArn=own["DBClusterArn"],
        secretArn=own["MasterUserSecret"]["SecretArn"],
        database=own["DatabaseName"],
        sql=_QUESTION,
    )
    return answer["records"][0][0]["longValue"]


cluster = Reading(
    "Aurora",
    _planned_cluster,
    _cluster,
    {
        "key": "moto shows a key of its own for the AWS-managed one",
        "data-api": "moto knows the switch for Serverless v1 only; that the Data API answers is a row of its own",
        "protected": "the engine protects, not the cloud",
    },
)
instances = Reading("Aurora's instances", _planned_instances, _instances)
keys = Reading("KMS keys", _planned_keys, _keys)
connections = Reading("ways to the database", deployed=_connections)
