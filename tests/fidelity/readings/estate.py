"""The account, and whose everything in it is (section 0.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fidelity.table import Reading
from tests.fidelity.world import PROJECT, Things, World, is_known, tags


def _providers(world: World) -> Things:
    return {
        each.name: {
            "accounts": json.loads(each.inputs.get("allowedAccountIds", "[]")),
            "region": each.inputs.get("region"),
            "project": each.inputs.get("project"),
        }
        for each in world.inputs.of("pulumi:providers:aws") + world.inputs.of("pulumi:providers:gcp")
    }


def _owned(world: World) -> Things:
    """Whatever bears the environment's name, of services that list their things: its tags have to agree."""
    return {arn: _about(arn, told) for arn, told in _tagged(world) if _bears_its_name(world, arn, told)}


def _bears_its_name(world: World, arn: str, told: Mapping[str, str]) -> bool:
    marks = (world.prefix, f"/{PROJECT}/{world.environment}/", f":secret:{world.path}/{PROJECT}/")
    return told.get("Name", "").startswith(world.prefix) or any(mark in arn for mark in marks)


def _about(arn: str, told: Mapping[str, str]) -> dict[str, Any]:
    """EC2's ids say no region: they are of the one that was asked."""
    region = arn.split(":")[3] if arn.startswith("arn:") else _ASKED
    return {"environment": told.get("environment"), "region": region, "data": told.get("data-class")}


_ASKED = "us-east-1"


def _tagged(world: World) -> Iterator[tuple[str, Mapping[str, str]]]:
    cloud = world.live
    yield from _tagged_by_ec2(world)
    for row in cloud.pages("secretsmanager", "list_secrets", "SecretList"):
        yield row["ARN"], tags(row.get("Tags", []))
    for row in cloud.aws("rds").describe_db_clusters()["DBClusters"]:
        yield row["DBClusterArn"], tags(row["TagList"])
    for row in cloud.pages("lambda", "list_functions", "Functions"):
        yield row["FunctionArn"], cloud.aws("lambda").list_tags(Resource=row["FunctionArn"])["Tags"]
    for row in cloud.pages("logs", "describe_log_groups", "logGroups"):
        arn = row["arn"].removesuffix(":*")
        yield arn, cloud.aws("logs").list_tags_for_resource(resourceArn=arn)["tags"]
    for row in cloud.aws("appsync").list_graphql_apis()["graphqlApis"]:
        yield row["arn"], row["tags"]


def _tagged_by_ec2(world: World) -> Iterator[tuple[str, Mapping[str, str]]]:
    """EC2 lists all tags of all things in one go."""
    rows = world.live.pages("ec2", "describe_tags", "Tags")
    found: dict[str, dict[str, str]] = {row["ResourceId"]: {} for row in rows}
    for row in rows:
        found[row["ResourceId"]][row["Key"]] = row["Value"]
    yield from found.items()


def _planned_owned(world: World) -> Things:
    return {
        f"{each.type} {each.component}/{each.name}": {
            "environment": each.inputs["tags"].get("environment"),
            "region": each.inputs.get("region", "us-east-1"),
            "data": each.inputs["tags"].get("data-class"),
        }
        for each in world.inputs.resources
        if isinstance(each.inputs.get("tags"), dict)
    }


_CHOSEN_BY_AWS = re.compile("API-Gateway-Execution-Logs|/aws/appsync/apis/")
_NAMES = ("name", "bucket", "clusterIdentifier", "identifier", "dashboardName")


def _planned_names(world: World) -> Things:
    """Names that the program chooses. A zone is named by its domain, and three log groups by what AWS calls an API."""
    rows = [each for each in world.inputs.resources if each.type.startswith("aws:") and "route53" not in each.type]
    named = [(each, next((each.inputs[key] for key in _NAMES if key in each.inputs), None)) for each in rows]
    return {
        f"{each.type} {each.component}/{each.name}": {"name": name}
        for each, name in named
        if "tags" in each.inputs and isinstance(name, str) and is_known(name) and not _CHOSEN_BY_AWS.search(name)
    }


providers = Reading("providers", _providers, reason="a setting of the engine's, not of the cloud")
owned = Reading("what the environment owns", _planned_owned, _owned)
names = Reading("names in the account", _planned_names, reason="what has no environment in its name was never made")
