"""Auto scaling, and services that no emulator holds."""

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "managed-by": "distro"}
KEY = {"serviceNamespace": "rds", "resourceId": "cluster:database", "scalableDimension": "rds:cluster:ReadReplicaCount"}
FROM_TARGET = {name: Ref("scaling-target", name) for name in KEY}
TRACKING = {
    "targetValue": 60,
    "predefinedMetricSpecification": {"predefinedMetricType": "RDSReaderAverageCPUUtilization"},
    "scaleInCooldown": 300,
}

SAMPLES = (
    Sample(
        "scaling-target",
        "aws:appautoscaling/target:Target",
        {**KEY, "minCapacity": 1, "maxCapacity": 3, "tags": TAGS},
        ({"maxCapacity": 5}, {"suspendedState": {"scheduledScalingSuspended": True}}, {"tags": {}}),
        ("arn",),
    ),
    Sample(
        "scaling-policy",
        "aws:appautoscaling/policy:Policy",
        {**FROM_TARGET, "policyType": "TargetTrackingScaling", "targetTrackingScalingPolicyConfiguration": TRACKING},
        ({"targetTrackingScalingPolicyConfiguration": {**TRACKING, "targetValue": 70}},),
        ("arn",),
    ),
    Sample(
        "scaling-action",
        "aws:appautoscaling/scheduledAction:ScheduledAction",
        {
            **FROM_TARGET,
            "schedule": "cron(0 8 * * ? *)",
            "timezone": "America/New_York",
            "scalableTargetAction": {"minCapacity": "1", "maxCapacity": "2"},
        },
        ({"schedule": "cron(0 9 * * ? *)"}, {"scalableTargetAction": {"minCapacity": "2", "maxCapacity": "3"}}),
        ("arn",),
    ),
    Sample(
        "xray-group",
        "aws:xray/group:Group",
        {"groupName": "slow", "filterExpression": "duration > 3"},
        ({"filterExpression": "error"},),
        ("arn",),
    ),
    Sample(
        "sampling-rule",
        "aws:xray/samplingRule:SamplingRule",
        {
            "ruleName": "staging",
            "priority": 10,
            "fixedRate": 0.1,
            "reservoirSize": 1,
            "host": "*",
            "httpMethod": "*",
            "resourceArn": "*",
            "serviceName": "*",
            "serviceType": "*",
            "urlPath": "*",
            "version": 1,
            "tags": TAGS,
        },
        ({"fixedRate": 0.2},),
        ("arn",),
    ),
    Sample(
        "snapshots",
        "aws:dlm/lifecyclePolicy:LifecyclePolicy",
        {
            "description": "daily snapshots",
            "executionRoleArn": "arn:aws:iam::000000000000:role/dlm",
            "state": "ENABLED",
            "policyDetails": {
                "resourceTypes": ["VOLUME"],
                "targetTags": {"backup": "daily"},
                "schedules": [
                    {
                        "name": "daily",
                        "createRule": {"interval": 24, "intervalUnit": "HOURS", "times": "05:00"},
                        "retainRule": {"count": 7},
                    }
                ],
            },
            "tags": TAGS,
        },
        ({"state": "DISABLED"},),
        ("arn",),
    ),
    Sample(
        "detector",
        "aws:guardduty/detector:Detector",
        {"enable": True, "tags": TAGS},
        ({"enable": False},),
        ("arn", "accountId"),
    ),
    Sample(
        "scanning",
        "aws:inspector2/enabler:Enabler",
        {"accountIds": ["000000000000"], "resourceTypes": ["EC2", "LAMBDA"]},
    ),
    Sample(
        "account-block",
        "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
        {"blockPublicAcls": True, "blockPublicPolicy": True},
        ({"ignorePublicAcls": True},),
        ("accountId",),
    ),
    Sample(
        "analyzer",
        "aws:accessanalyzer/analyzer:Analyzer",
        {"analyzerName": "account", "type": "ACCOUNT"},
        ({"tags": TAGS},),
        ("arn",),
    ),
    Sample(
        "anomalies",
        "aws:costexplorer/anomalyMonitor:AnomalyMonitor",
        {"monitorType": "DIMENSIONAL", "monitorDimension": "SERVICE"},
        ({"tags": TAGS},),
        ("arn",),
    ),
    Sample(
        "anomaly-mail",
        "aws:costexplorer/anomalySubscription:AnomalySubscription",
        {
            "frequency": "DAILY",
            "monitorArnLists": [Ref("anomalies", "arn")],
            "subscribers": [{"type": "EMAIL", "address": "team@distronation.test"}],
        },
        ({"frequency": "WEEKLY"},),
        ("arn",),
    ),
)
