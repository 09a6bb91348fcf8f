"""VPC, security groups and what else is in a network (section 2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.fidelity.table import Reading
from tests.fidelity.world import Inputs, Things, World, tags

_INTERNET = "0.0.0.0/0"


def _groups(world: World) -> Things:
    own = [{"Name": "tag:environment", "Values": [world.environment]}]
    rows = world.live.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=own)
    names = {row["GroupId"]: world.short(row["GroupName"]) for row in rows}
    vpcs = {row["VpcId"]: tags(row.get("Tags", [])) for row in world.live.pages("ec2", "describe_vpcs", "Vpcs")}
    return {
        names[row["GroupId"]]: {
            **_admitted(row, names),
            "network": "own" if vpcs[row["VpcId"]].get("environment") == world.environment else "shared",
            "environment": tags(row["Tags"])["environment"],
        }
        for row in rows
        if "tier" in tags(row["Tags"])
    }


def _admitted(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Who reaches a group on which ports. A group that is not the environment's own shows as its id."""
    rules = row["IpPermissions"]
    pairs = [pair["GroupId"] for rule in rules for pair in rule["UserIdGroupPairs"]]
    return {
        "ports": sorted({rule.get("FromPort", "all") for rule in rules}, key=str),
        "ranges": sorted({each["CidrIp"] for rule in rules for each in rule["IpRanges"]}),
        "sources": sorted({names.get(id, id) for id in pairs}),
    }


def _planned_groups(world: World) -> Things:
    owner, _ = world.network()
    return {
        each.name: {
            "ports": sorted({rule["fromPort"] or "all" for rule in each.inputs["ingress"]}, key=str),
            "ranges": sorted({block for rule in each.inputs["ingress"] for block in rule.get("cidrBlocks", [])}),
            "network": owner,
            "environment": each.inputs["tags"]["environment"],
        }
        for each in world.inputs.of("ec2/securityGroup:SecurityGroup")
        if "tier" in each.inputs["tags"]
    }


def _subnets(world: World) -> Things:
    ec2, vpc = world.live.aws("ec2"), _vpc(world)
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    tables = ec2.describe_route_tables(Filters=inside)["RouteTables"]
    return {
        label(row): {
            "zone": row["AvailabilityZone"],
            "tier": tags(row["Tags"])["tier"],
            "way-out": _way_out(tables, row["SubnetId"]),
            "public-addresses": row["MapPublicIpOnLaunch"],
        }
        for row in ec2.describe_subnets(Filters=inside)["Subnets"]
    }


def _vpc(world: World) -> Any:
    """The VPC that the environment's groups are in, whoever owns it."""
    own = [{"Name": "tag:environment", "Values": [world.environment]}]
    groups = world.live.aws("ec2").describe_security_groups(Filters=own)["SecurityGroups"]
    ids = sorted({row["VpcId"] for row in groups})
    return world.live.aws("ec2").describe_vpcs(VpcIds=ids)["Vpcs"][0] if len(ids) == 1 else _refuse(ids)


def _refuse(ids: Iterable[str]) -> Any:
    raise AssertionError(f"the groups are in {len(list(ids))} networks")


def label(row: dict[str, Any]) -> str:
    """`distronation-local-public-a` and `distronation-shared-public-a` → `public-a`."""
    return tags(row["Tags"])["Name"].split("-", 2)[2]


def _way_out(tables: list[dict[str, Any]], subnet: str) -> str | None:
    """Where a subnet's traffic to the internet goes: `internet`, `nat`, or nowhere."""
    own = [table for table in tables if any(each.get("SubnetId") == subnet for each in table["Associations"])]
    routes = [route for table in own for route in table["Routes"] if route.get("DestinationCidrBlock") == _INTERNET]
    return next(("nat" if "NatGatewayId" in route else "internet" for route in routes), None)


def _planned_subnets(world: World) -> Things:
    return {
        each.name: {
            "zone": each.inputs["availabilityZone"],
            "tier": each.inputs["tags"]["tier"],
            "public-addresses": each.inputs["mapPublicIpOnLaunch"],
        }
        for each in world.network()[1].of("ec2/subnet:Subnet")
    }


def _parts(world: World) -> Things:
    """What there is of each kind, and whose it is."""
    ec2, vpc = world.live.aws("ec2"), _vpc(world)
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    found = {
        "vpc": [vpc],
        "subnets": ec2.describe_subnets(Filters=inside)["Subnets"],
        "nat-gateways": ec2.describe_nat_gateways(Filters=inside)["NatGateways"],
    }
    return {
        kind: {"count": len(rows), "owner": _owner(world, {tags(row["Tags"])["environment"] for row in rows})}
        for kind, rows in found.items()
        if rows
    }


def _owner(world: World, environments: set[str]) -> str:
    return {frozenset({world.environment}): "own", frozenset({"shared"}): "shared"}[frozenset(environments)]


_KINDS = {"vpc": "ec2/vpc:Vpc", "subnets": "ec2/subnet:Subnet", "nat-gateways": "ec2/natGateway:NatGateway"}


def _planned_parts(world: World) -> Things:
    return {kind: _part(world, token) for kind, token in _KINDS.items() if _makers(world, token)}


def _makers(world: World, token: str) -> list[tuple[str, Inputs]]:
    """The stacks that make something: never both."""
    stacks = [("own", world.inputs), *([("shared", world.shared)] if world.shared else [])]
    return [(owner, inputs) for owner, inputs in stacks if inputs.of(token) and owner in (world.network()[0], "own")]


def _part(world: World, token: str) -> dict[str, Any]:
    makers = _makers(world, token)
    return {
        "count": sum(len(inputs.of(token)) for _, inputs in makers),
        "owner": "+".join(owner for owner, _ in makers),
    }


def _endpoints(world: World) -> Things:
    inside = [{"Name": "vpc-id", "Values": [_vpc(world)["VpcId"]]}]
    rows = world.live.pages("ec2", "describe_vpc_endpoints", "VpcEndpoints", Filters=inside)
    return {row["ServiceName"].rpartition(".")[2]: {"type": row["VpcEndpointType"]} for row in rows}


def _planned_endpoints(world: World) -> Things:
    rows = world.network()[1].of("ec2/vpcEndpoint:VpcEndpoint")
    return {each.inputs["serviceName"].rpartition(".")[2]: {"type": each.inputs["vpcEndpointType"]} for each in rows}


def _acls(world: World) -> Things:
    inside = [{"Name": "vpc-id", "Values": [_vpc(world)["VpcId"]]}, {"Name": "default", "Values": ["false"]}]
    return {
        label(row).removeprefix("acl-"): {
            "tier": tags(row["Tags"])["tier"],
            "rules": sum(not entry["Egress"] and entry["RuleNumber"] < _LAST for entry in row["Entries"]),
            "guards": len(row["Associations"]),
        }
        for row in world.live.aws("ec2").describe_network_acls(Filters=inside)["NetworkAcls"]
    }


_LAST = 32767
"""The number of the rule that ends every list."""


def _planned_acls(world: World) -> Things:
    """How many subnets each list guards is known after the deployment; that it guards a tier is known before."""
    rows = world.network()[1].of("ec2/networkAcl:NetworkAcl")
    return {each.name: {"tier": each.inputs["tags"]["tier"], "rules": len(each.inputs["ingress"])} for each in rows}


groups = Reading("security groups", _planned_groups, _groups)
subnets = Reading("subnets", _planned_subnets, _subnets)
parts = Reading("the network", _planned_parts, _parts)
endpoints = Reading("VPC endpoints", _planned_endpoints, _endpoints)
acls = Reading("network ACLs", _planned_acls, _acls)
