"""RDS: instances of Aurora clusters; every one answers at the sandbox's PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import caseless_equal, compact
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly, recorded
from local.provider.services.rds_groups import Rds
from local.provider.services.rds_settings import OPTION, held_insights, insights_of
from local.provider.tags import tag_list, tag_map

FIXED = {
    "clusterIdentifier": "DBClusterIdentifier",
    "engine": "Engine",
    "availabilityZone": "AvailabilityZone",
    "dbSubnetGroupName": "DBSubnetGroupName",
}
"""What only another instance could have otherwise."""

CHANGEABLE = {
    "instanceClass": "DBInstanceClass",
    "promotionTier": "PromotionTier",
    "publiclyAccessible": "PubliclyAccessible",
    "autoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
    "copyTagsToSnapshot": "CopyTagsToSnapshot",
    "preferredMaintenanceWindow": "PreferredMaintenanceWindow",
    "monitoringInterval": "MonitoringInterval",
    "monitoringRoleArn": "MonitoringRoleArn",
    "caCertIdentifier": "CACertificateIdentifier",
    "dbParameterGroupName": "DBParameterGroupName",
}
"""What ModifyDBInstance changes."""

LATER = {
    "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
}
"""What moto drops at creation and takes from ModifyDBInstance."""


class ClusterInstance(Rds):
    """A writer or reader."""

    type = "aws:rds/clusterInstance:ClusterInstance"
    kind = "db"
    name = "identifier"
    spelling: ClassVar = {**FIXED, **CHANGEABLE}
    properties: ClassVar = {
        "identifier": Property(replace=True, same=caseless_equal),
        **dict.fromkeys(FIXED, Property(replace=True, computed=True)),
        "clusterIdentifier": Property(replace=True, same=caseless_equal),
        "engine": Property(replace=True),
        **dict.fromkeys(CHANGEABLE, Property(computed=True)),
        **dict.fromkeys(LATER, Property(computed=True)),
        "instanceClass": Property(),
        "promotionTier": Property(default=0),
        "publiclyAccessible": Property(default=False),
        "autoMinorVersionUpgrade": Property(default=True),
        "copyTagsToSnapshot": Property(default=False),
        "preferredMaintenanceWindow": Property(computed=True, same=caseless_equal),
        "monitoringInterval": Property(default=0),
        "engineVersion": recorded("an instance has its cluster's version", computed=True),
        "preferredBackupWindow": recorded("an instance has its cluster's window", computed=True),
        "performanceInsightsEnabled": Property(default=False),
        "performanceInsightsRetentionPeriod": Property(computed=True),
        "applyImmediately": recorded(OPTION),
        "forceDestroy": recorded(OPTION),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The instance, then what moto takes only later."""
        answer = self.rds(cloud, inputs).create_db_instance(
            DBInstanceIdentifier=inputs["identifier"],
            Tags=tag_list(inputs.get("tags")),
            **_sent(inputs, {**FIXED, **CHANGEABLE}),
        )
        held = answer["DBInstance"]
        with partly(held["DBInstanceIdentifier"]):
            later = {**_sent(inputs, LATER), **insights_of(inputs)}
            self._modify(cloud, held["DBInstanceIdentifier"], inputs, later)
            return Created(held["DBInstanceIdentifier"], self._computed(cloud, held))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        rds = self.rds(cloud, inputs)
        answer = found(lambda: rds.describe_db_instances(DBInstanceIdentifier=id))
        if not answer or not answer["DBInstances"]:
            return None
        held = answer["DBInstances"][0]
        return {
            "identifier": held["DBInstanceIdentifier"],
            **{name: held.get(key) for name, key in {**FIXED, **CHANGEABLE, **LATER}.items()},
            **held_insights(held),
            "publiclyAccessible": held.get("PubliclyAccessible", False),
            "dbSubnetGroupName": held.get("DBSubnetGroup", {}).get("DBSubnetGroupName", ""),
            "dbParameterGroupName": next((group["DBParameterGroupName"] for group in held["DBParameterGroups"]), ""),
            "tags": tag_map(held["TagList"]),
            **self._computed(cloud, held),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """What changed, and tags."""
        before, after = ({**_sent(inputs, {**CHANGEABLE, **LATER}), **insights_of(inputs)} for inputs in (old, new))
        if arguments := {key: value for key, value in after.items() if before.get(key) != value}:
            self._modify(cloud, id, new, arguments)
        self.retag(cloud, id, old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Without a snapshot: the cluster has the data."""
        with unless_gone():
            self.rds(cloud, state).delete_db_instance(DBInstanceIdentifier=id, SkipFinalSnapshot=True)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Identifiers are unique in an account and region."""
        rds, id = self.rds(cloud, inputs), inputs["identifier"].lower()
        answer = found(lambda: rds.describe_db_instances(DBInstanceIdentifier=id))
        return str(id) if answer and answer["DBInstances"] else None

    def _modify(self, cloud: Cloud, id: str, inputs: Inputs, arguments: Mapping[str, Any]) -> None:
        self.rds(cloud, inputs).modify_db_instance(DBInstanceIdentifier=id, ApplyImmediately=True, **arguments)

    def _writes(self, cloud: Cloud, held: Mapping[str, Any]) -> bool:
        rds, cluster = self.rds(cloud, {}), held["DBClusterIdentifier"]
        answer = found(lambda: rds.describe_db_clusters(DBClusterIdentifier=cluster)) or {"DBClusters": []}
        members = [member for each in answer["DBClusters"] for member in each["DBClusterMembers"]]
        name = held["DBInstanceIdentifier"]
        return any(member["IsClusterWriter"] for member in members if member["DBInstanceIdentifier"] == name)

    def _computed(self, cloud: Cloud, held: Mapping[str, Any]) -> dict[str, Any]:
        address = urlsplit(cloud.endpoint("postgres"))
        return {
            "arn": held["DBInstanceArn"],
            "dbiResourceId": held["DbiResourceId"],
            "endpoint": address.hostname,
            "port": address.port,
            "writer": self._writes(cloud, held),
            "storageEncrypted": held["StorageEncrypted"],
            "kmsKeyId": held.get("KmsKeyId", ""),
            "engineVersionActual": held["EngineVersion"],
            "networkType": "IPV4",
        }


def _sent(inputs: Inputs, table: Mapping[str, str]) -> dict[str, Any]:
    return compact({key: inputs.get(name) for name, key in table.items()})


RESOURCES = (ClusterInstance,)
