"""RDS: a cluster's settings, and how they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from local.provider.properties import compact
from local.provider.resource import Inputs

OPTION = "an option of the operation, not of the cluster"
FIRST_ONLY = "moto takes it at creation and cannot change it"

SCALING = {"minCapacity": "MinCapacity", "maxCapacity": "MaxCapacity", "secondsUntilAutoPause": "SecondsUntilAutoPause"}

FIXED = {
    "engine": "Engine",
    "engineMode": "EngineMode",
    "databaseName": "DatabaseName",
    "masterUsername": "MasterUsername",
    "availabilityZones": "AvailabilityZones",
    "dbSubnetGroupName": "DBSubnetGroupName",
    "storageEncrypted": "StorageEncrypted",
    "kmsKeyId": "KmsKeyId",
}
"""What only another cluster could have otherwise."""

CHANGEABLE = {
    "engineVersion": "EngineVersion",
    "backupRetentionPeriod": "BackupRetentionPeriod",
    "preferredBackupWindow": "PreferredBackupWindow",
    "preferredMaintenanceWindow": "PreferredMaintenanceWindow",
    "deletionProtection": "DeletionProtection",
    "copyTagsToSnapshot": "CopyTagsToSnapshot",
    "dbClusterParameterGroupName": "DBClusterParameterGroupName",
    "vpcSecurityGroupIds": "VpcSecurityGroupIds",
    "networkType": "NetworkType",
    "autoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
    "storageType": "StorageType",
}
"""What ModifyDBCluster changes."""

LATER = {
    "databaseInsightsMode": "DatabaseInsightsMode",
    "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
    "monitoringInterval": "MonitoringInterval",
    "monitoringRoleArn": "MonitoringRoleArn",
}
"""What moto drops at creation and takes from ModifyDBCluster."""

FIRST = {
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "engineLifecycleSupport": "EngineLifecycleSupport",
}
"""What moto takes at creation alone, or drops."""

HELD_ELSEWHERE = {"dbClusterParameterGroupName": "DBClusterParameterGroup", "dbSubnetGroupName": "DBSubnetGroup"}
"""Where a description spells it differently from the request."""


NO_DATA_API = "distro:http-endpoint"
"""The tag, with the value "false", that keeps the sandbox's Data API from serving a cluster (`local.rdsdata.upstream`).

moto has a switch of its own only for Serverless v1.
"""


def postgres() -> ModuleType:
    """`local.provider.databases`, loaded when the first cluster needs it: psycopg takes a third of a second."""
    from local.provider import databases

    return databases


def marked(inputs: Inputs) -> dict[str, Any]:
    """Inputs whose tags say whether the Data API serves the cluster; as at AWS it does only when it is asked to."""
    mark = {} if inputs.get("enableHttpEndpoint") else {NO_DATA_API: "false"}
    return {**inputs, "tags": {**(inputs.get("tags") or {}), **mark}}


RETENTION = "PerformanceInsightsRetentionPeriod"
"""Days. moto keeps no switch of Performance Insights: no days are as good as off."""

INSIGHTS_DAYS = 7
"""What RDS gives where nothing is said."""


def insights_of(inputs: Inputs) -> dict[str, int]:
    """How long Performance Insights are kept, which is how moto knows that they are on."""
    if not inputs.get("performanceInsightsEnabled"):
        return {RETENTION: 0}
    return {RETENTION: inputs.get("performanceInsightsRetentionPeriod") or INSIGHTS_DAYS}


def held_insights(held: Mapping[str, Any]) -> dict[str, Any]:
    """The same in wire names."""
    days = held.get(RETENTION) or 0
    return {"performanceInsightsEnabled": bool(days), "performanceInsightsRetentionPeriod": days or None}


def secret_arn(held: Mapping[str, Any]) -> str:
    """The ARN of the secret that RDS keeps for the master user; "" where it keeps none."""
    return str(held.get("MasterUserSecret", {}).get("SecretArn", ""))


def is_managed(inputs: Inputs) -> bool:
    """Whether RDS makes and keeps the master user's password."""
    return bool(inputs.get("manageMasterUserPassword"))


def arguments_of(inputs: Inputs, table: Mapping[str, str]) -> dict[str, Any]:
    """Arguments for what the program says; moto wants a size where it is told a kind of storage."""
    arguments = compact({key: inputs.get(name) for name, key in table.items()})
    return {**arguments, "AllocatedStorage": 1} if "StorageType" in arguments else arguments


def scaling_of(inputs: Inputs) -> dict[str, Any]:
    """The bounds of Serverless v2, in ACU."""
    wanted = inputs.get("serverlessv2ScalingConfiguration") or {}
    bounds = {SCALING[name]: value for name, value in wanted.items()}
    return {"ServerlessV2ScalingConfiguration": bounds} if bounds else {}


def credentials_of(inputs: Inputs) -> dict[str, Any]:
    """RDS's own password, the program's, or, where neither is asked for, one that nobody knows."""
    if is_managed(inputs):
        key = compact({"MasterUserSecretKmsKeyId": inputs.get("masterUserSecretKmsKeyId")})
        return {"ManageMasterUserPassword": True, **key}
    return {"MasterUserPassword": inputs.get("masterPassword") or postgres().password()}
