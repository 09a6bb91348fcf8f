"""Functions, queues and instances, as they are deployed and as they are planned."""

from __future__ import annotations

from typing import Any

from tests.fidelity.readings.network import label
from tests.fidelity.table import Reading
from tests.fidelity.world import Things, World, tags


def _functions(world: World) -> Things:
    return {
        world.short(row["FunctionName"]): _function(world, row)
        for row in world.live.pages("lambda", "list_functions", "Functions")
        if row["FunctionName"].startswith(world.prefix)
    }


def _function(world: World, row: dict[str, Any]) -> dict[str, Any]:
    concurrency = world.live.aws("lambda").get_function_concurrency(FunctionName=row["FunctionName"])
    dead = row.get("DeadLetterConfig", {}).get("TargetArn")
    variables = row.get("Environment", {}).get("Variables", {})
    return {
        "memory": row["MemorySize"],
        "timeout": row["Timeout"],
        "reserved": concurrency.get("ReservedConcurrentExecutions"),
        "dead-letters": world.short(dead.rpartition(":")[2]) if dead else None,
        "tracing": row["TracingConfig"]["Mode"],
        **_told(variables),
    }


def _told(variables: dict[str, Any]) -> dict[str, Any]:
    """What a function is told by its variables."""
    secrets = variables.get("DISTRO_SECRETS", "")
    return {
        "prefixes": sorted({name.partition("_")[0] for name in variables}),
        "secrets": sorted(secrets.split(",")) if secrets else [],
    }


def _planned_functions(world: World) -> Things:
    queues = {each.name: each.inputs["name"] for each in world.inputs.of("sqs/queue:Queue")}
    return {
        each.name: {
            "memory": each.inputs["memorySize"],
            "timeout": each.inputs["timeout"],
            "reserved": each.inputs.get("reservedConcurrentExecutions"),
            # The ARN is not known yet: the queue is the one that is made for it.
            "dead-letters": world.short(queues[f"{each.name}-dead-letters"])
            if "deadLetterConfig" in each.inputs
            else None,
            "subnets": world.called(each.inputs["vpcConfig"]["subnetIds"]),
            "groups": world.called(each.inputs["vpcConfig"]["securityGroupIds"]),
            "tracing": each.inputs["tracingConfig"]["mode"],
            **_told(each.inputs["environment"]["variables"]),
        }
        for each in world.inputs.of("lambda/function:Function")
    }


def _queues(world: World) -> Things:
    sqs, found = world.live.aws("sqs"), {}
    for url in world.live.aws("sqs").list_queues(QueueNamePrefix=world.prefix).get("QueueUrls", []):
        held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        encrypted = held.get("SqsManagedSseEnabled") == "true"
        found[world.short(held["QueueArn"].rpartition(":")[2])] = {
            "encrypted": encrypted,
            "kept-days": int(held["MessageRetentionPeriod"]) / 86400,
        }
    return found


def _planned_queues(world: World) -> Things:
    return {
        world.short(each.inputs["name"]): {
            "encrypted": each.inputs["sqsManagedSseEnabled"],
            "kept-days": each.inputs["messageRetentionSeconds"] / 86400,
        }
        for each in world.inputs.of("sqs/queue:Queue")
    }


def _instances(world: World) -> Things:
    own = [{"Name": "tag:environment", "Values": [world.environment]}]
    reservations = world.live.pages("ec2", "describe_instances", "Reservations", Filters=own)
    return {
        world.short(tags(row["Tags"])["Name"]): _instance(world, row)
        for reservation in reservations
        for row in reservation["Instances"]
        if row["State"]["Name"] != "terminated"  # EC2 goes on showing it for a while
    }


def _instance(world: World, row: dict[str, Any]) -> dict[str, Any]:
    told = tags(row["Tags"])
    template = _template(world, told["aws:ec2launchtemplate:id"])
    volumes = [disk["Ebs"]["VolumeId"] for disk in row["BlockDeviceMappings"]]
    disks = world.live.aws("ec2").describe_volumes(VolumeIds=volumes)["Volumes"]
    subnets = world.live.aws("ec2").describe_subnets(SubnetIds=[row["SubnetId"]])["Subnets"]
    targets = world.live.aws("application-autoscaling").describe_scalable_targets(ServiceNamespace="ec2")
    return {
        "type": row["InstanceType"],
        "state": row["State"]["Name"],
        "lifecycle": row.get("InstanceLifecycle", "on-demand"),
        "spot-request": template.get("InstanceMarketOptions", {}).get("SpotOptions", {}).get("SpotInstanceType"),
        "detailed-monitoring": row["Monitoring"]["State"] == "enabled",
        "scaling-targets": len(targets["ScalableTargets"]),
        "encrypted": all(disk["Encrypted"] for disk in disks),
        "groups": sorted(world.short(group["GroupName"]) for group in row["SecurityGroups"]),
        "subnets": [label(subnet) for subnet in subnets],
        "purpose": told["purpose"],
        "schedule": told.get("schedule"),
    }


def _template(world: World, id: str) -> dict[str, Any]:
    """The launch template as it is now: it alone says of what kind a spot request is."""
    versions = world.live.aws("ec2").describe_launch_template_versions(LaunchTemplateId=id, Versions=["$Latest"])
    found: dict[str, Any] = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    return found


def _planned_instances(world: World) -> Things:
    scaled = [each for each in world.inputs.resources if "autoscaling" in each.type]
    found = {}
    for each in world.inputs.of("ec2/instance:Instance"):
        template = world.inputs.one("ec2/launchTemplate:LaunchTemplate", each.name).inputs
        market = template.get("instanceMarketOptions", {})
        found[each.name] = {
            "type": template["instanceType"],
            "lifecycle": market.get("marketType", "on-demand"),
            "spot-request": market.get("spotOptions", {}).get("spotInstanceType"),
            "detailed-monitoring": template["monitoring"]["enabled"],
            "scaling-targets": len(scaled),
            "encrypted": all(disk["ebs"]["encrypted"] == "true" for disk in template["blockDeviceMappings"]),
            "subnets": world.called([each.inputs["subnetId"]]),
            "purpose": each.inputs["tags"]["purpose"],
            "schedule": each.inputs["tags"].get("schedule"),
            "protected": each.protect,
        }
    return found


def _planned_snapshots(world: World) -> Things:
    return {
        each.name: {
            "hours": each.inputs["policyDetails"]["schedules"][0]["createRule"]["interval"],
            "of": each.inputs["policyDetails"]["targetTags"],
        }
        for each in world.inputs.of("dlm/lifecyclePolicy:LifecyclePolicy")
    }


_LOOPBACK = "LocalStack keeps no network of a function: it runs on this machine's loopback"

functions = Reading("Lambda functions", _planned_functions, _functions, {"subnets": _LOOPBACK, "groups": _LOOPBACK})
queues = Reading("SQS queues", _planned_queues, _queues)
instances = Reading(
    "EC2 instances", _planned_instances, _instances, {"protected": "the engine protects, not the cloud"}
)
snapshots = Reading("EBS snapshots", _planned_snapshots, reason="moto has no Data Lifecycle Manager")
