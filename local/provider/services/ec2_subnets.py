"""EC2: subnets."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import compact
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly, recorded
from local.provider.services.ec2_base import Ec2
from local.provider.tags import tag_map

LAUNCH = {
    "mapPublicIpOnLaunch": "MapPublicIpOnLaunch",
    "assignIpv6AddressOnCreation": "AssignIpv6AddressOnCreation",
    "enableResourceNameDnsARecordOnLaunch": "EnableResourceNameDnsARecordOnLaunch",
    "enableResourceNameDnsAaaaRecordOnLaunch": "EnableResourceNameDnsAAAARecordOnLaunch",
}
"""Switches of a subnet; EC2 takes one a call."""

NOT_HELD = "moto accepts it and keeps nothing"


class Subnet(Ec2):
    """A part of a VPC in one availability zone."""

    type = "aws:ec2/subnet:Subnet"
    kind = "subnet"
    look_up = ("describe_subnets", "SubnetIds", "Subnets")
    properties: ClassVar = {
        "vpcId": Property(replace=True),
        "cidrBlock": Property(replace=True, computed=True),
        "ipv6CidrBlock": Property(replace=True, computed=True),
        "availabilityZone": Property(replace=True, computed=True),
        "availabilityZoneId": Property(replace=True, computed=True),
        "mapPublicIpOnLaunch": Property(default=False),
        "assignIpv6AddressOnCreation": Property(default=False),
        "enableResourceNameDnsARecordOnLaunch": Property(default=False),
        "enableResourceNameDnsAaaaRecordOnLaunch": Property(default=False),
        "privateDnsHostnameTypeOnLaunch": recorded(NOT_HELD, computed=True),
        "enableDns64": recorded(NOT_HELD),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The subnet, then each switch that is on."""
        arguments = compact(
            {
                "VpcId": inputs["vpcId"],
                "CidrBlock": inputs.get("cidrBlock"),
                "Ipv6CidrBlock": inputs.get("ipv6CidrBlock"),
                "AvailabilityZone": inputs.get("availabilityZone"),
                "AvailabilityZoneId": inputs.get("availabilityZoneId"),
            }
        )
        subnet = self.ec2(cloud, inputs).create_subnet(**arguments, **self.tagged(inputs))["Subnet"]
        with partly(subnet["SubnetId"]):
            self._switches(cloud, subnet["SubnetId"], {}, inputs)
        return Created(subnet["SubnetId"], self._computed(cloud, subnet, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        subnet = self.held(cloud, id, inputs)
        if subnet is None:
            return None
        names = subnet["PrivateDnsNameOptionsOnLaunch"]
        return {
            "vpcId": subnet["VpcId"],
            "cidrBlock": subnet["CidrBlock"],
            "mapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
            "assignIpv6AddressOnCreation": subnet["AssignIpv6AddressOnCreation"],
            "enableResourceNameDnsARecordOnLaunch": names["EnableResourceNameDnsARecord"],
            "enableResourceNameDnsAaaaRecordOnLaunch": names["EnableResourceNameDnsAAAARecord"],
            "tags": tag_map(subnet.get("Tags")),
            **self._computed(cloud, subnet, inputs),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Switches and tags."""
        self._switches(cloud, id, old, new)
        return super().update(cloud, id, old, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteSubnet."""
        with unless_gone():
            self.ec2(cloud, state).delete_subnet(SubnetId=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A range of addresses is given once in a VPC."""
        subnet = self.first(cloud, inputs, {"vpc-id": inputs["vpcId"], "cidr-block": inputs["cidrBlock"]})
        return str(subnet["SubnetId"]) if subnet else None

    def _switches(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> None:
        for name, argument in LAUNCH.items():
            if bool(new.get(name)) != bool(old.get(name)):
                self.ec2(cloud, new).modify_subnet_attribute(SubnetId=id, **{argument: {"Value": bool(new.get(name))}})

    def _computed(self, cloud: Cloud, subnet: dict[str, Any], inputs: Inputs) -> dict[str, Any]:
        blocks = subnet.get("Ipv6CidrBlockAssociationSet") or [{}]
        return {
            "arn": self.arn(cloud, subnet["SubnetId"], inputs),
            "ownerId": subnet["OwnerId"],
            "availabilityZone": subnet["AvailabilityZone"],
            "availabilityZoneId": subnet["AvailabilityZoneId"],
            "ipv6CidrBlock": blocks[0].get("Ipv6CidrBlock", ""),
            "ipv6CidrBlockAssociationId": blocks[0].get("AssociationId", ""),
            "privateDnsHostnameTypeOnLaunch": inputs.get("privateDnsHostnameTypeOnLaunch", "ip-name"),
        }


RESOURCES = (Subnet,)
