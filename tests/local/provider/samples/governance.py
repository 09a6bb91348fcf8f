"""WAF, Backup, Budgets, CloudTrail."""

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "managed-by": "distro"}
MORE = {**TAGS, "system": "security"}


def _visible(name: str) -> dict[str, object]:
    return {"cloudwatchMetricsEnabled": True, "metricName": name, "sampledRequestsEnabled": True}


RATE = {
    "name": "rate-limit",
    "priority": 0,
    "action": {"block": {}},
    "statement": {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP"}},
    "visibilityConfig": _visible("rate"),
}
MANAGED = {
    "name": "common",
    "priority": 1,
    "overrideAction": {"none": {}},
    "statement": {"managedRuleGroupStatement": {"name": "AWSManagedRulesCommonRuleSet", "vendorName": "AWS"}},
    "visibilityConfig": _visible("common"),
}
BYTES = {
    "name": "no-admin",
    "priority": 2,
    "action": {"block": {"customResponse": {"responseCode": 404}}},
    "statement": {
        "byteMatchStatement": {
            "searchString": "/admin",
            "positionalConstraint": "STARTS_WITH",
            "fieldToMatch": {"uriPath": {}},
            "textTransformations": [{"priority": 0, "type": "NONE"}],
        }
    },
    "visibilityConfig": _visible("no-admin"),
}
DAILY = {
    "ruleName": "daily",
    "targetVaultName": Ref("vault", "name"),
    "schedule": "cron(0 5 * * ? *)",
    "startWindow": 60,
    "completionWindow": 480,
    "lifecycle": {"deleteAfter": 35},
    "recoveryPointTags": {"environment": "local"},
    "copyActions": [{"destinationVaultArn": Ref("vault", "arn"), "lifecycle": {"deleteAfter": 35}}],
}
AT_80 = {
    "notificationType": "ACTUAL",
    "comparisonOperator": "GREATER_THAN",
    "threshold": 80,
    "thresholdType": "PERCENTAGE",
    "subscriberSnsTopicArns": ["arn:aws:sns:us-east-1:000000000000:alerts"],
}
AT_100 = {
    **AT_80,
    "notificationType": "FORECASTED",
    "threshold": 100,
    "subscriberEmailAddresses": ["team@distronation.test"],
}

SAMPLES = (
    Sample(
        "acl-web",
        "aws:wafv2/webAcl:WebAcl",
        {
            "scope": "REGIONAL",
            "description": "public endpoints",
            "defaultAction": {"allow": {}},
            "rules": [MANAGED, RATE],
            "visibilityConfig": _visible("regional"),
            "tags": TAGS,
        },
        (
            {"rules": [RATE, MANAGED, BYTES]},
            {"rules": [{**RATE, "action": {"count": {}}}]},
            {"defaultAction": {"block": {}}},
            {"description": "other"},
            {"tags": MORE},
        ),
        ("arn",),
    ),
    Sample(
        "acl-cdn",
        "aws:wafv2/webAcl:WebAcl",
        {"scope": "CLOUDFRONT", "defaultAction": {"allow": {}}, "rules": [RATE], "visibilityConfig": _visible("cdn")},
    ),
    Sample(
        "acl-association",
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        {"webAclArn": Ref("acl-web", "arn"), "resourceArn": "arn:aws:apigateway:us-east-1::/restapis/abc/stages/local"},
    ),
    Sample(
        "acl-log",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        {
            "resourceArn": Ref("acl-web", "arn"),
            "logDestinationConfigs": ["arn:aws:logs:us-east-1:000000000000:log-group:aws-waf-logs-local"],
            "redactedFields": [{"singleHeader": {"name": "authorization"}}],
        },
        ({"redactedFields": [{"singleHeader": {"name": "cookie"}}, {"uriPath": {}}]},),
    ),
    Sample("vault", "aws:backup/vault:Vault", {"tags": TAGS}, ({"tags": MORE},), ("arn",)),
    Sample(
        "vault-lock",
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        {"backupVaultName": Ref("vault", "name"), "minRetentionDays": 7, "maxRetentionDays": 60},
    ),
    Sample("plan", "aws:backup/plan:Plan", {"rules": [DAILY], "tags": TAGS}, ({"tags": MORE},), ("arn", "version")),
    Sample(
        "selection",
        "aws:backup/selection:Selection",
        {
            "planId": Ref("plan"),
            "name": "daily",
            "iamRoleArn": "arn:aws:iam::000000000000:role/backup",
            "resources": ["arn:aws:rds:us-east-1:000000000000:cluster:database"],
        },
    ),
    Sample(
        "budget",
        "aws:budgets/budget:Budget",
        {
            "budgetType": "COST",
            "timeUnit": "MONTHLY",
            "limitAmount": "1330",
            "limitUnit": "USD",
            "costFilters": [{"name": "TagKeyValue", "values": ["user:environment$local"]}],
            "notifications": [AT_80, AT_100],
            "tags": TAGS,
        },
        ({"limitAmount": "180"}, {"notifications": [AT_100]}, {"costTypes": {"includeTax": False}}, {"tags": MORE}),
        ("arn", "accountId"),
    ),
    Sample(
        "trail",
        "aws:cloudtrail/trail:Trail",
        {
            "s3BucketName": "distronation-local-audit",
            "cloudWatchLogsGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:/audit:*",
            "cloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/trail",
            "isMultiRegionTrail": True,
            "enableLogFileValidation": True,
            "eventSelectors": [{"readWriteType": "All", "includeManagementEvents": True}],
            "tags": TAGS,
        },
        (
            {"s3KeyPrefix": "trail"},
            {"isMultiRegionTrail": False},
            {"enableLogFileValidation": False},
            {"enableLogging": False},
            {"eventSelectors": [{"dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3:::content/"]}]}]},
            {
                "eventSelectors": None,
                "advancedEventSelectors": [
                    {"name": "data", "fieldSelectors": [{"field": "eventCategory", "equals": ["Data"]}]}
                ],
            },
            {"insightSelectors": [{"insightType": "ApiCallRateInsight"}]},
            {"tags": MORE},
        ),
        ("arn", "homeRegion"),
    ),
)
