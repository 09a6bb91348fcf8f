"""EC2: what somebody changes behind the engine's back is found, and mended; what AWS takes back goes back."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from local.provider.cloud import Cloud
from local.provider.naming import Urn
from local.provider.registry import registry
from tests.local.provider.samples import samples
from tests.local.provider.world import Thing, World, drift

pytestmark = pytest.mark.xdist_group("conformance")

SSH = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def mend(world: World, thing: Thing) -> None:
    """Refresh, then update to what the program says."""
    found, wanted = world.read(thing), thing.inputs
    thing.inputs, thing.state = found.inputs, found
    world.update(thing, wanted)


def test_a_rule_added_by_hand_is_drift_and_goes(world: World, cloud: Cloud) -> None:
    thing = world.thing("group")
    cloud.client("ec2").authorize_security_group_ingress(GroupId=thing.state.id, IpPermissions=SSH)
    assert set(drift(thing, world.read(thing))) == {"ingress"}
    mend(world, thing)
    assert drift(thing, world.read(thing)) == {}


def test_a_group_starts_without_the_rule_that_lets_everything_out(world: World, cloud: Cloud) -> None:
    alone = world.make(dataclasses.replace(samples()["bare-group"], name="group-without-rules"))
    (group,) = cloud.client("ec2").describe_security_groups(GroupIds=[alone.state.id])["SecurityGroups"]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])
    world.delete(alone)


def test_an_acl_entry_changed_by_hand_is_drift_and_goes_back(world: World, cloud: Cloud) -> None:
    thing = world.thing("acl")
    cloud.client("ec2").replace_network_acl_entry(
        NetworkAclId=thing.state.id, RuleNumber=100, Egress=False, Protocol="6", RuleAction="deny",
        CidrBlock="0.0.0.0/0", PortRange={"From": 443, "To": 443},
    )  # fmt: skip
    assert set(drift(thing, world.read(thing))) == {"ingress"}
    mend(world, thing)
    assert drift(thing, world.read(thing)) == {}


def test_a_subnet_that_left_an_acl_is_in_the_default_one(world: World, cloud: Cloud) -> None:
    thing, subnet = world.thing("acl"), world.thing("subnet-a").state.id
    before = thing.inputs
    world.update(thing, world.changed(thing, {"subnetIds": [world.thing("subnet-b").state.id]}))
    filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
    assert cloud.client("ec2").describe_network_acls(Filters=filters)["NetworkAcls"][0]["IsDefault"]
    world.update(thing, before)


def test_a_route_that_was_deleted_is_gone(world: World, cloud: Cloud) -> None:
    thing = world.thing("route")
    cloud.client("ec2").delete_route(RouteTableId=thing.inputs["routeTableId"], DestinationCidrBlock="0.0.0.0/0")
    assert world.read(thing).id == ""
    del world.things["route"]
    assert world.read(world.thing("route")).id


@pytest.mark.parametrize(
    "name", ["vpc", "subnet-a", "table", "group", "nat", "address", "cluster", "zone", "distribution"]
)
def test_an_import_finds_what_there_is(world: World, name: str) -> None:
    thing = world.thing(name)
    found = world.lifecycle.read(thing.urn, thing.state.id, {}, {})
    assert found.id == thing.state.id
    assert found.inputs
    assert set(found.inputs) <= {*thing.resource.properties, "region"}


FOUND_AGAIN = (
    "vpc", "subnet-a", "internet", "address", "nat", "table", "group", "acl", "gateway-endpoint", "interface-endpoint",
    "flow-log", "route", "ingress-rule", "template", "instance", "volume", "database-subnets", "parameters", "cluster",
    "writer", "zone", "record", "acl-web", "vault", "plan", "budget", "trail", "distribution", "access-control",
    "edge-function", "graphql", "graphql-cache",
)  # fmt: skip


@pytest.mark.parametrize("name", FOUND_AGAIN)
def test_what_a_killed_create_left_is_found_again(world: World, name: str) -> None:
    """The journal knows that a create began, and not what came of it."""
    thing = world.thing(name)
    urn = Urn(f"{thing.urn.text}-after-a-kill")
    world.lifecycle.journal.begin(urn.text)
    assert world.lifecycle.create(urn, thing.inputs, preview=False).id == thing.state.id


def test_an_instance_is_started_with_what_its_template_says(world: World, cloud: Cloud) -> None:
    """moto itself heeds the image, the type and the disks of a template only."""
    id = world.thing("instance-from-template").state.id
    held = cloud.client("ec2").describe_instances(InstanceIds=[id])["Reservations"][0]["Instances"][0]
    assert held["Monitoring"]["State"] == "enabled"
    assert held["MetadataOptions"]["HttpTokens"] == "required"
    assert held["InstanceLifecycle"] == "spot"
    assert held["IamInstanceProfile"]["Arn"].endswith("instance-profile/distronation-local-instances")
    assert held["ImageId"].startswith("ami-")


def test_images_and_zones_can_be_looked_up(cloud: Cloud) -> None:
    look_up: Any = registry().invokes
    wanted = {"owners": ["amazon"], "mostRecent": True, "filters": [{"name": "name", "values": ["al2023-ami-2023*"]}]}
    assert look_up["aws:ec2/getAmi:getAmi"](cloud, wanted)["id"].startswith("ami-")
    zones = look_up["aws:index/getAvailabilityZones:getAvailabilityZones"](cloud, {"state": "available"})
    assert zones["names"][:2] == ["us-east-1a", "us-east-1b"]
