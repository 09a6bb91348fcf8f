"""RDS: groups, clusters, instances."""

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "managed-by": "distro"}
MORE = {**TAGS, "system": "aurora"}
FORCE_SSL = {"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"}
SLOW = {"name": "log_min_duration_statement", "value": "500"}
PRELOAD = {"name": "shared_preload_libraries", "value": "pg_stat_statements", "applyMethod": "pending-reboot"}

SAMPLES = (
    Sample(
        "database-subnets",
        "aws:rds/subnetGroup:SubnetGroup",
        {"description": "private", "subnetIds": [Ref("subnet-a"), Ref("subnet-b")], "tags": TAGS},
        ({"subnetIds": [Ref("subnet-a")]}, {"description": "other"}, {"tags": MORE}),
        ("arn", "vpcId"),
    ),
    Sample(
        "parameters",
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        {"family": "aurora-postgresql16", "parameters": [FORCE_SSL, PRELOAD], "tags": TAGS},
        ({"parameters": [FORCE_SSL, PRELOAD, SLOW]}, {"parameters": [{**SLOW, "value": "100"}]}, {"tags": MORE}),
        ("arn",),
    ),
    Sample(
        "cluster",
        "aws:rds/cluster:Cluster",
        {
            "clusterIdentifier": "database-2-cluster",
            "engine": "aurora-postgresql",
            "engineVersion": "16.6",
            "databaseName": "catalogue",
            "masterUsername": "distro",
            "manageMasterUserPassword": True,
            "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 2},
            "backupRetentionPeriod": 7,
            "preferredBackupWindow": "05:00-06:00",
            "preferredMaintenanceWindow": "sun:07:00-sun:08:00",
            "storageEncrypted": True,
            "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/4a1c58a4-4d6b-4f6e-8b0a-000000000000",
            "enableHttpEndpoint": True,
            "enabledCloudwatchLogsExports": ["postgresql"],
            "performanceInsightsEnabled": True,
            "performanceInsightsRetentionPeriod": 7,
            "databaseInsightsMode": "standard",
            "dbSubnetGroupName": Ref("database-subnets", "name"),
            "dbClusterParameterGroupName": Ref("parameters", "name"),
            "vpcSecurityGroupIds": [Ref("group")],
            "port": 5432,
            "skipFinalSnapshot": True,
            "tags": TAGS,
        },
        (
            {"backupRetentionPeriod": 1},
            {"serverlessv2ScalingConfiguration": {"minCapacity": 1, "maxCapacity": 4}},
            {"preferredBackupWindow": "03:00-04:00", "preferredMaintenanceWindow": "sun:08:00-sun:09:00"},
            {"engineVersion": "16.8"},
            {"copyTagsToSnapshot": True},
            {"vpcSecurityGroupIds": [Ref("database-group")]},
            {"performanceInsightsRetentionPeriod": 31, "databaseInsightsMode": "advanced"},
            {"performanceInsightsEnabled": False, "performanceInsightsRetentionPeriod": None},
            {"enableHttpEndpoint": False},
            {"deletionProtection": True},
            {"tags": MORE},
        ),
        ("arn", "endpoint", "readerEndpoint", "port", "masterUserSecrets", "clusterResourceId", "hostedZoneId"),
    ),
    Sample(
        "cluster-with-password",
        "aws:rds/cluster:Cluster",
        {
            "engine": "aurora-postgresql",
            "databaseName": "catalogue",
            "masterUsername": "distro",
            "masterPassword": "first-password",
            "skipFinalSnapshot": True,
        },
        ({"masterPassword": "second-password"},),
        ("endpoint",),
    ),
    Sample(
        "writer",
        "aws:rds/clusterInstance:ClusterInstance",
        {
            "clusterIdentifier": Ref("cluster"),
            "engine": "aurora-postgresql",
            "engineVersion": Ref("cluster", "engineVersion"),
            "instanceClass": "db.serverless",
            "availabilityZone": "us-east-1a",
            "autoMinorVersionUpgrade": False,
            "performanceInsightsEnabled": True,
            "performanceInsightsRetentionPeriod": 7,
            "preferredMaintenanceWindow": "sun:07:00-sun:08:00",
            "applyImmediately": True,
            "tags": TAGS,
        },
        (
            {"promotionTier": 1},
            {"instanceClass": "db.r6g.large"},
            {"monitoringInterval": 60, "monitoringRoleArn": "arn:aws:iam::000000000000:role/monitoring"},
            {"preferredMaintenanceWindow": "sun:08:00-sun:09:00", "copyTagsToSnapshot": True},
            {"tags": MORE},
        ),
        ("arn", "endpoint", "port", "writer", "dbiResourceId"),
    ),
)
