"""CloudWatch, Logs, EventBridge and its Scheduler."""

import json

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "system": "monitoring"}
TOPIC = Ref("topic")


def document(service: str) -> str:
    """Who may write logs."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "logs:PutLogEvents", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def queries(period: int) -> list[dict[str, object]]:
    """An error rate."""
    metric = {"namespace": "AWS/Lambda", "period": period, "stat": "Sum", "dimensions": {"FunctionName": "ingest"}}
    return [
        {"id": "rate", "expression": "100 * errors / invocations", "label": "Error rate", "returnData": True},
        {"id": "errors", "metric": {**metric, "metricName": "Errors"}},
        {"id": "invocations", "metric": {**metric, "metricName": "Invocations"}},
    ]


def body(title: str) -> str:
    """A dashboard."""
    return json.dumps(
        {"widgets": [{"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": title}}]}
    )


def transformation(name: str, **more: object) -> dict[str, object]:
    """A metric from log lines."""
    return {"name": name, "namespace": "Sample", "value": "1", **more}


SAMPLES = (
    Sample(
        "alarm",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "name": "sample-alarm",
            "alarmDescription": "Too many errors",
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 2,
            "metricName": "Errors",
            "namespace": "AWS/Lambda",
            "period": 60,
            "statistic": "Sum",
            "threshold": 5,
            "dimensions": {"FunctionName": "ingest"},
            "alarmActions": [TOPIC],
            "okActions": [TOPIC],
            "tags": TAGS,
        },
        (
            {"threshold": 2.5},
            {"evaluationPeriods": 3, "datapointsToAlarm": 2},
            {"comparisonOperator": "LessThanThreshold"},
            {"treatMissingData": "notBreaching"},
            {"okActions": None, "insufficientDataActions": [TOPIC]},
            {"actionsEnabled": False},
            {"statistic": None, "extendedStatistic": "p95"},
            {"unit": "Count"},
            {"dimensions": {"FunctionName": "health"}},
            {"alarmDescription": None},
            {"tags": {"a": "b"}},
        ),
        ("arn",),
    ),
    Sample(
        "alarm-rate",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 1,
            "threshold": 1,
            "metricQueries": queries(300),
        },
        ({"metricQueries": queries(60)},),
    ),
    Sample(
        "alarm-composite",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        {"alarmName": "sample-composite", "alarmRule": "ALARM(sample-alarm)", "alarmActions": [TOPIC], "tags": TAGS},
        (
            {"alarmRule": "NOT ALARM(sample-alarm)"},
            {"alarmDescription": "Both"},
            {"actionsEnabled": False},
            {"tags": {"a": "b"}},
        ),
        ("arn",),
    ),
    Sample(
        "dashboard",
        "aws:cloudwatch/dashboard:Dashboard",
        {"dashboardName": "sample-dashboard", "dashboardBody": body("one")},
        ({"dashboardBody": body("two")},),
        ("dashboardArn",),
    ),
    Sample(
        "log-group",
        "aws:cloudwatch/logGroup:LogGroup",
        {"name": "/sample/application", "retentionInDays": 30, "tags": TAGS},
        ({"retentionInDays": 7}, {"retentionInDays": None}, {"tags": {"a": "b"}}, {"tags": None}),
        ("arn",),
    ),
    Sample(
        "log-filter",
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        {
            "name": "errors",
            "logGroupName": Ref("log-group"),
            "pattern": "ERROR",
            "metricTransformation": transformation("Errors"),
        },
        (
            {"pattern": '{ $.level = "error" }'},
            {"metricTransformation": transformation("Faults", defaultValue="0")},
            {"metricTransformation": transformation("Faults", unit="Count")},
        ),
    ),
    Sample(
        "log-policy",
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        {"policyName": "sample-log-policy", "policyDocument": document("route53.amazonaws.com")},
        ({"policyDocument": document("es.amazonaws.com")},),
    ),
    Sample(
        "log-subscription",
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        {
            "name": "to-function",
            "logGroup": Ref("log-group"),
            "filterPattern": "ERROR",
            "destinationArn": Ref("function", "arn"),
        },
        ({"filterPattern": "WARN"},),
    ),
    Sample(
        "rule",
        "aws:cloudwatch/eventRule:EventRule",
        {"name": "sample-rule", "scheduleExpression": "rate(5 minutes)", "description": "Often", "tags": TAGS},
        (
            {"scheduleExpression": "cron(0 12 * * ? *)"},
            {"description": None},
            {"state": "DISABLED"},
            {"eventPattern": json.dumps({"source": ["aws.s3"]})},
            {"tags": {"a": "b"}},
        ),
        ("arn",),
    ),
    Sample(
        "target",
        "aws:cloudwatch/eventTarget:EventTarget",
        {"rule": Ref("rule"), "arn": Ref("queue", "arn"), "targetId": "queue"},
        (
            {"input": json.dumps({"task": "export"})},
            {"inputPath": "$.detail"},
            {"inputTransformer": {"inputPaths": {"id": "$.id"}, "inputTemplate": '{"id": <id>}'}},
            {"deadLetterConfig": {"arn": Ref("dead-letters", "arn")}, "retryPolicy": {"maximumRetryAttempts": 2}},
        ),
    ),
    Sample(
        "bus",
        "aws:cloudwatch/eventBus:EventBus",
        {"name": "sample-bus", "tags": TAGS},
        ({"tags": {"a": "b"}},),
        ("arn",),
    ),
    Sample(
        "rule-of-bus",
        "aws:cloudwatch/eventRule:EventRule",
        {"eventBusName": Ref("bus"), "eventPattern": json.dumps({"source": ["app"]})},
    ),
    Sample(
        "schedule",
        "aws:scheduler/schedule:Schedule",
        {
            "name": "sample-stop",
            "groupName": Ref("schedule-group"),
            "scheduleExpression": "cron(0 20 ? * MON-FRI *)",
            "scheduleExpressionTimezone": "America/New_York",
            "flexibleTimeWindow": {"mode": "OFF"},
            "target": {"arn": Ref("queue", "arn"), "roleArn": Ref("role", "arn"), "input": "{}"},
        },
        (
            {"scheduleExpression": "rate(1 hours)"},
            {"state": "DISABLED"},
            {"description": "Stop at night"},
            {"scheduleExpressionTimezone": None},
            {"flexibleTimeWindow": {"mode": "FLEXIBLE", "maximumWindowInMinutes": 10}},
            {
                "target": {
                    "arn": Ref("queue", "arn"),
                    "roleArn": Ref("role", "arn"),
                    "input": "{}",
                    "retryPolicy": {"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 600},
                    "deadLetterConfig": {"arn": Ref("dead-letters", "arn")},
                }
            },
        ),
        ("arn",),
    ),
    Sample(
        "schedule-group",
        "aws:scheduler/scheduleGroup:ScheduleGroup",
        {"name": "sample-off-hours", "tags": TAGS},
        ({"tags": {"a": "b"}},),
    ),
)
