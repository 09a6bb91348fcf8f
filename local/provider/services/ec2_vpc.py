"""EC2 networks: VPCs and their internet gateways."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import compact
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly
from local.provider.services.ec2_base import Ec2, changed
from local.provider.tags import tag_map

DNS = {
    "enableDnsSupport": "EnableDnsSupport",
    "enableDnsHostnames": "EnableDnsHostnames",
    "enableNetworkAddressUsageMetrics": "EnableNetworkAddressUsageMetrics",
}
"""Attributes of a VPC; EC2 takes one a call."""

NEW_VPC = {"enableDnsSupport": True, "enableDnsHostnames": False, "enableNetworkAddressUsageMetrics": False}
"""What EC2 gives a VPC by itself."""


class Vpc(Ec2):
    """A network. Its default security group, route table and ACL are outputs."""

    type = "aws:ec2/vpc:Vpc"
    kind = "vpc"
    look_up = ("describe_vpcs", "VpcIds", "Vpcs")
    properties: ClassVar = {
        "cidrBlock": Property(replace=True, computed=True),
        "instanceTenancy": Property(default="default", replace=True),
        "enableDnsSupport": Property(default=True),
        "enableDnsHostnames": Property(default=False),
        "enableNetworkAddressUsageMetrics": Property(default=False),
        "assignGeneratedIpv6CidrBlock": Property(default=False, replace=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The VPC, then each attribute that is not EC2's own default."""
        arguments = compact(
            {
                "CidrBlock": inputs.get("cidrBlock"),
                "InstanceTenancy": inputs.get("instanceTenancy"),
                "AmazonProvidedIpv6CidrBlock": inputs.get("assignGeneratedIpv6CidrBlock") or None,
            }
        )
        vpc = self.ec2(cloud, inputs).create_vpc(**arguments, **self.tagged(inputs))["Vpc"]
        with partly(vpc["VpcId"]):
            self._attributes(cloud, vpc["VpcId"], NEW_VPC, inputs)
            return Created(vpc["VpcId"], self._computed(cloud, vpc, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The description and the attributes, which only calls of their own tell."""
        vpc = self.held(cloud, id, inputs)
        if vpc is None:
            return None
        ec2 = self.ec2(cloud, inputs)
        attributes = {
            name: ec2.describe_vpc_attribute(VpcId=id, Attribute=name)[DNS[name]]["Value"]
            for name in DNS
            if name in inputs or not inputs
        }
        return {
            "cidrBlock": vpc["CidrBlock"],
            "instanceTenancy": vpc["InstanceTenancy"],
            "assignGeneratedIpv6CidrBlock": bool(vpc.get("Ipv6CidrBlockAssociationSet")),
            "tags": tag_map(vpc.get("Tags")),
            **attributes,
            **self._computed(cloud, vpc, inputs),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Attributes and tags."""
        self._attributes(cloud, id, old, new)
        return super().update(cloud, id, old, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteVpc; its default group, table and ACL go with it."""
        with unless_gone():
            self.ec2(cloud, state).delete_vpc(VpcId=id)

    def _attributes(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> None:
        for name, argument in DNS.items():
            if new.get(name) is not None and old.get(name) != new[name]:
                self.ec2(cloud, new).modify_vpc_attribute(VpcId=id, **{argument: {"Value": new[name]}})

    def _computed(self, cloud: Cloud, vpc: dict[str, Any], inputs: Inputs) -> dict[str, Any]:
        ec2, id = self.ec2(cloud, inputs), vpc["VpcId"]
        own = {"Name": "vpc-id", "Values": [id]}
        groups = ec2.describe_security_groups(Filters=[own, {"Name": "group-name", "Values": ["default"]}])[
            "SecurityGroups"
        ]
        tables = ec2.describe_route_tables(Filters=[own, {"Name": "association.main", "Values": ["true"]}])[
            "RouteTables"
        ]
        acls = ec2.describe_network_acls(Filters=[own, {"Name": "default", "Values": ["true"]}])["NetworkAcls"]
        return {
            "arn": self.arn(cloud, id, inputs),
            "ownerId": vpc["OwnerId"],
            "dhcpOptionsId": vpc.get("DhcpOptionsId", "default"),
            "defaultSecurityGroupId": groups[0]["GroupId"] if groups else "",
            "mainRouteTableId": tables[0]["RouteTableId"] if tables else "",
            "defaultRouteTableId": tables[0]["RouteTableId"] if tables else "",
            "defaultNetworkAclId": acls[0]["NetworkAclId"] if acls else "",
        }


class InternetGateway(Ec2):
    """A VPC's door to the internet."""

    type = "aws:ec2/internetGateway:InternetGateway"
    kind = "internet-gateway"
    look_up = ("describe_internet_gateways", "InternetGatewayIds", "InternetGateways")
    properties: ClassVar = {"vpcId": Property(computed=True), "tags": TAGS}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The gateway, then its attachment."""
        id = self.ec2(cloud, inputs).create_internet_gateway(**self.tagged(inputs))["InternetGateway"][
            "InternetGatewayId"
        ]
        with partly(id):
            self._attach(cloud, id, {}, inputs)
        return Created(id, {"arn": self.arn(cloud, id, inputs), "ownerId": cloud.account})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        gateway = self.held(cloud, id, inputs)
        if gateway is None:
            return None
        attached: dict[str, Any] = next(iter(gateway.get("Attachments", [])), {})
        return {
            "vpcId": attached.get("VpcId", ""),
            "tags": tag_map(gateway.get("Tags")),
            "arn": self.arn(cloud, id, inputs),
            "ownerId": gateway["OwnerId"],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """It moves to another VPC, and tags."""
        if changed(old, new, "vpcId"):
            self._attach(cloud, id, old, new)
        return super().update(cloud, id, old, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Detached first: EC2 deletes no gateway that is in use."""
        with unless_gone("Gateway.NotAttached"):
            self._attach(cloud, id, state, {})
        with unless_gone():
            self.ec2(cloud, state).delete_internet_gateway(InternetGatewayId=id)

    def _attach(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> None:
        ec2 = self.ec2(cloud, new or old)
        if old.get("vpcId"):
            ec2.detach_internet_gateway(InternetGatewayId=id, VpcId=old["vpcId"])
        if new.get("vpcId"):
            ec2.attach_internet_gateway(InternetGatewayId=id, VpcId=new["vpcId"])


RESOURCES = (Vpc, InternetGateway)
