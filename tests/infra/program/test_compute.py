"""Section 2.1: functions, queues and instances, as the engine would make them."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

import pytest

from tests.infra.program.reading import ABSENT, Planned, Row, at, said

FUNCTION, QUEUE = "lambda/function:Function", "sqs/queue:Queue"
TEMPLATE, INSTANCE = "ec2/launchTemplate:LaunchTemplate", "ec2/instance:Instance"
API = ("health", "config", "upload", "catalogue")
MEMORY = {"prod": (512, 1024), "staging": (256, 512), "dev": (128, 256), "local": (128, 256)}


@said(
    ("2.1-03", "prod", FUNCTION, "ingest", "timeout", 900),
    ("2.1-03", "prod", FUNCTION, "firebase-export", "timeout", 900),
    ("2.1-04", "prod", FUNCTION, "upload", "reservedConcurrentExecutions", 50),
    ("2.1-04", "prod", FUNCTION, "catalogue", "reservedConcurrentExecutions", 100),
    ("2.1-04", "prod", FUNCTION, "ingest", "reservedConcurrentExecutions", 20),
    ("2.1-05", "prod", QUEUE, "ingest-dead-letters", "messageRetentionSeconds", 14 * 86400),
    ("2.1-05", "prod", QUEUE, "firebase-export-dead-letters", "name", "distronation-prod-firebase-export-dead-letters"),
    ("2.1-08", "staging", FUNCTION, "ingest", "timeout", 900),
    ("2.1-10", "staging", QUEUE, "ingest-dead-letters", "sqsManagedSseEnabled", True),
    ("2.1-15", "dev", QUEUE, "ingest-dead-letters", "name", "distronation-dev-ingest-dead-letters"),
    ("2.1-18", "prod", TEMPLATE, "shazampy", "instanceType", "t3.micro"),
    ("2.1-19", "prod", INSTANCE, "shazampy", "tags.purpose", "Shazampy-env service"),
    ("2.1-21", "prod", TEMPLATE, "shazampy", "monitoring.enabled", True),
    ("2.1-22", "prod", "dlm/lifecyclePolicy:LifecyclePolicy", "snapshots",
     "policyDetails.schedules.0.createRule.interval", 24),
    ("2.1-22", "prod", INSTANCE, "shazampy", "tags.snapshots", "daily"),
    ("2.1-23", "staging", TEMPLATE, "services", "instanceType", "t2.micro"),
    ("2.1-25", "staging", TEMPLATE, "services", "monitoring.enabled", False),
    ("2.1-26", "dev", TEMPLATE, "tools", "instanceMarketOptions.marketType", "spot"),
    ("2.1-26", "dev", TEMPLATE, "tools", "instanceMarketOptions.spotOptions.spotInstanceType", "persistent"),  # C-23
    ("2.1-28", "dev", TEMPLATE, "tools", "monitoring.enabled", False),
    ("8.1-09", "prod", TEMPLATE, "shazampy", "blockDeviceMappings.0.ebs.encrypted", "true"),
    ("8.1-06", "prod", TEMPLATE, "shazampy", "metadataOptions.httpTokens", "required"),
    ("2.1-01", "prod", FUNCTION, "catalogue", "memorySize", 1024),
)  # fmt: skip
def test_value(planned: Planned, row: Row) -> None:
    assert row.found(planned) == row.value


@pytest.mark.parametrize(("statement", "stack"), [("2.1-01", "prod"), ("2.1-07", "staging"), ("2.1-12", "dev")])
def test_memory_lies_in_the_environments_range(planned: Planned, statement: str, stack: str) -> None:
    least, most = MEMORY[stack]
    assert all(least <= each.inputs["memorySize"] <= most for each in planned(stack).of(FUNCTION))


@pytest.mark.parametrize(("statement", "stack"), [("2.1-02", "prod"), ("2.1-08", "staging")])
def test_api_functions_have_thirty_seconds(planned: Planned, statement: str, stack: str) -> None:
    assert {planned(stack).one(FUNCTION, name).inputs["timeout"] for name in API} == {30}


@pytest.mark.parametrize("statement", ["2.1-13"])
def test_development_is_quicker_with_each_function(planned: Planned, statement: str) -> None:
    for function in planned("dev").of(FUNCTION):
        same = [each for each in planned("prod").of(FUNCTION) if each.name == function.name]
        assert all(function.inputs["timeout"] < each.inputs["timeout"] for each in same)


@pytest.mark.parametrize(
    ("statement", "stack"), [("2.1-09", "staging"), ("2.1-14", "dev"), ("2.1-14", "local")], ids=str
)
def test_below_production_nothing_is_reserved(planned: Planned, statement: str, stack: str) -> None:
    reserved = [each.inputs.get("reservedConcurrentExecutions") for each in planned(stack).of(FUNCTION)]
    assert set(reserved) == {ABSENT}


@pytest.mark.parametrize(("statement", "stack"), [("2.1-05", "prod"), ("2.1-10", "staging"), ("2.1-15", "dev")])
def test_whatever_is_no_api_function_has_a_dead_letter_queue(planned: Planned, statement: str, stack: str) -> None:
    functions = planned(stack).of(FUNCTION)
    background = {each.name for each in functions if each.name not in API}
    assert {each.name for each in functions if "deadLetterConfig" in each.inputs} == background
    assert {each.name.removesuffix("-dead-letters") for each in planned(stack).of(QUEUE)} >= background


@pytest.mark.parametrize(("statement", "stack"), [("2.1-06", "prod"), ("2.1-11", "staging")])
def test_functions_are_in_the_shared_private_subnets(planned: Planned, statement: str, stack: str) -> None:
    for function in planned(stack).of(FUNCTION):
        assert function.inputs["vpcConfig"]["subnetIds"] == ["subnet-3", "subnet-4"]


@pytest.mark.parametrize(
    ("statement", "stack"), [("2.1-20", "prod"), ("2.1-24", "staging"), ("2.1-27", "dev")], ids=str
)
def test_nothing_scales_instances(planned: Planned, statement: str, stack: str) -> None:
    assert not [each for each in planned(stack).resources if "autoscaling" in each.type.lower()]


@pytest.mark.parametrize("statement", ["C-08"])
def test_the_single_instance_is_moved_off_failing_hardware(planned: Planned, statement: str) -> None:
    alarm = planned("prod").one("cloudwatch/metricAlarm:MetricAlarm", "shazampy-recovery").inputs
    assert alarm["alarmActions"] == ["arn:aws:automate:us-east-1:ec2:recover"]


@pytest.mark.parametrize(("statement", "stack"), [("1.1-07", "prod")])
def test_no_schedule_stops_production(planned: Planned, statement: str, stack: str) -> None:
    assert not planned(stack).of("scheduler/schedule:Schedule")
    assert not [each for each in planned(stack).resources if at(each.inputs, "tags.schedule")]


@said(
    ("1.1-15", "staging", "scheduler/schedule:Schedule", "start", "scheduleExpression", "cron(0 8 * * ? *)"),
    ("1.1-15", "staging", "scheduler/schedule:Schedule", "stop", "scheduleExpression", "cron(0 20 * * ? *)"),
    ("1.1-24", "dev", "scheduler/schedule:Schedule", "start", "scheduleExpression", "cron(0 8 * * ? *)"),
    ("1.1-24", "dev", "scheduler/schedule:Schedule", "stop", "scheduleExpression", "cron(0 22 * * ? *)"),
    ("C-27", "dev", "scheduler/schedule:Schedule", "stop-again", "scheduleExpression", "cron(15 22-23,0-7 * * ? *)"),
    ("C-10", "dev", "scheduler/schedule:Schedule", "stop", "scheduleExpressionTimezone", "America/New_York"),
    ("7.2-06", "staging", "scheduler/schedule:Schedule", "stop", "state", "ENABLED"),
    ("7.2-06", "local", "scheduler/schedule:Schedule", "stop", "state", "DISABLED"),
    ("7.2-06", "staging", "rds/cluster:Cluster", "database", "tags.schedule", "business-hours"),
    ("7.2-06", "dev", "ec2/instance:Instance", "tools", "tags.schedule", "business-hours"),
)
def test_hours(planned: Planned, row: Row) -> None:
    assert row.found(planned) == row.value
