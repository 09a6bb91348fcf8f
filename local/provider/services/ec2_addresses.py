"""EC2: public addresses and the NAT gateways that have them."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import compact, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly, recorded
from local.provider.services.ec2_base import Ec2, changed
from local.provider.tags import tag_map


class Eip(Ec2):
    """A public address."""

    type = "aws:ec2/eip:Eip"
    kind = "elastic-ip"
    look_up = ("describe_addresses", "AllocationIds", "Addresses")
    observed = ("privateIp", "associationId")
    properties: ClassVar = {
        "domain": Property(replace=True, default="vpc"),
        "instance": Property(computed=True),
        "networkInterface": Property(computed=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Allocated, and associated where the program says with what."""
        address = self.ec2(cloud, inputs).allocate_address(Domain=inputs["domain"], **self.tagged(inputs))
        id = address["AllocationId"]
        with partly(id):
            self._associate(cloud, id, inputs)
        return Created(id, self._computed(cloud, address, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        address = self.held(cloud, id, inputs)
        return address and {
            "domain": address["Domain"],
            "instance": address.get("InstanceId", ""),
            "networkInterface": address.get("NetworkInterfaceId", ""),
            "tags": tag_map(address.get("Tags")),
            **self._computed(cloud, address, inputs),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Another instance or interface, and tags."""
        if changed(old, new, "instance", "networkInterface"):
            self._associate(cloud, id, new)
        return super().update(cloud, id, old, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """ReleaseAddress."""
        with unless_gone():
            self.ec2(cloud, state).release_address(AllocationId=id)

    def _associate(self, cloud: Cloud, id: str, inputs: Inputs) -> None:
        target = compact({"InstanceId": inputs.get("instance"), "NetworkInterfaceId": inputs.get("networkInterface")})
        if target:
            self.ec2(cloud, inputs).associate_address(AllocationId=id, AllowReassociation=True, **target)

    def _computed(self, cloud: Cloud, address: dict[str, Any], inputs: Inputs) -> dict[str, Any]:
        id, public = address["AllocationId"], address["PublicIp"]
        return {
            "allocationId": id,
            "arn": self.arn(cloud, id, inputs),
            "publicIp": public,
            "publicDns": f"ec2-{public.replace('.', '-')}.compute-1.amazonaws.com",
            "privateIp": address.get("PrivateIpAddress", ""),
            "associationId": address.get("AssociationId", ""),
        }


class NatGateway(Ec2):
    """The way out for private subnets."""

    type = "aws:ec2/natGateway:NatGateway"
    kind = "natgateway"
    look_up = ("describe_nat_gateways", "NatGatewayIds", "NatGateways")
    properties: ClassVar = {
        "subnetId": Property(replace=True),
        "allocationId": Property(replace=True),
        "connectivityType": Property(replace=True, default="public"),
        "privateIp": recorded("moto chooses the address itself", replace=True, computed=True),
        "secondaryAllocationIds": recorded("moto keeps one address a gateway", same=set_equal, computed=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        arguments = compact(
            {
                "SubnetId": inputs["subnetId"],
                "AllocationId": inputs.get("allocationId"),
                "ConnectivityType": inputs["connectivityType"],
            }
        )
        gateway = self.ec2(cloud, inputs).create_nat_gateway(**arguments, **self.tagged(inputs))["NatGateway"]
        return Created(gateway["NatGatewayId"], self._computed(gateway))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description; a deleted gateway stays visible for a while."""
        gateway = self.held(cloud, id, inputs)
        if gateway is None or gateway["State"] in {"deleting", "deleted"}:
            return None
        return {
            "subnetId": gateway["SubnetId"],
            "allocationId": _address(gateway).get("AllocationId", ""),
            "connectivityType": gateway["ConnectivityType"],
            "tags": tag_map(gateway.get("Tags")),
            **self._computed(gateway),
        }

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteNatGateway, which in EC2 gives the address free and removes the interface; moto keeps both."""
        ec2 = self.ec2(cloud, state)
        with unless_gone("NatGatewayNotFound"):
            ec2.delete_nat_gateway(NatGatewayId=id)
        if state.get("associationId"):
            with unless_gone():
                ec2.disassociate_address(AssociationId=state["associationId"])
        if state.get("networkInterfaceId"):
            with unless_gone():
                ec2.delete_network_interface(NetworkInterfaceId=state["networkInterfaceId"])

    def _computed(self, gateway: dict[str, Any]) -> dict[str, Any]:
        address = _address(gateway)
        return {
            "publicIp": address.get("PublicIp", ""),
            "privateIp": address.get("PrivateIp", ""),
            "networkInterfaceId": address.get("NetworkInterfaceId", ""),
            "associationId": address.get("AssociationId", ""),
        }


def _address(gateway: dict[str, Any]) -> dict[str, Any]:
    return next(iter(gateway.get("NatGatewayAddresses", [])), {})


RESOURCES = (Eip, NatGateway)
