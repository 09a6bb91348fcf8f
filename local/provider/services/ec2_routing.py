"""EC2 routing: tables, their routes, and which subnets use them."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly, recorded
from local.provider.services.ec2_base import Ec2
from local.provider.tags import tag_map

DESTINATIONS = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
"""Where the packets go to; exactly one."""

TARGETS = {
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "transitGatewayId": "TransitGatewayId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "vpcEndpointId": "VpcEndpointId",
}
"""Through what; exactly one."""

INLINE = {
    "cidrBlock": "DestinationCidrBlock",
    "ipv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
"""The same in a route table's own routes."""


def _arguments(route: Inputs) -> dict[str, Any]:
    return {**_destination(route), **{argument: route[name] for name, argument in TARGETS.items() if route.get(name)}}


def _destination(route: Inputs) -> dict[str, Any]:
    return {argument: route[name] for name, argument in {**INLINE, **DESTINATIONS}.items() if route.get(name)}


def _inline(route: dict[str, Any]) -> dict[str, Any]:
    return {name: route[argument] for name, argument in {**INLINE, **TARGETS}.items() if route.get(argument)}


def _own_routes(table: dict[str, Any]) -> list[dict[str, Any]]:
    """The routes that somebody made: not the local one, nor those of gateway endpoints."""
    return [
        route
        for route in table["Routes"]
        if route.get("Origin") == "CreateRoute" and not str(route.get("GatewayId", "")).startswith("vpce-")
    ]


class RouteTable(Ec2):
    """A table of routes; routes may stand in it or be resources of their own."""

    type = "aws:ec2/routeTable:RouteTable"
    kind = "route-table"
    look_up = ("describe_route_tables", "RouteTableIds", "RouteTables")
    properties: ClassVar = {
        "vpcId": Property(replace=True),
        "routes": Property(same=set_equal, computed=True),
        "propagatingVgws": recorded("moto propagates no routes of virtual private gateways", same=set_equal),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The table, then its own routes."""
        ec2 = self.ec2(cloud, inputs)
        id = ec2.create_route_table(VpcId=inputs["vpcId"], **self.tagged(inputs))["RouteTable"]["RouteTableId"]
        with partly(id):
            for route in inputs.get("routes") or ():
                ec2.create_route(RouteTableId=id, **_arguments(route))
        return Created(id, {"arn": self.arn(cloud, id, inputs), "ownerId": cloud.account})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        table = self.held(cloud, id, inputs)
        if table is None:
            return None
        return {
            "vpcId": table["VpcId"],
            "routes": [_inline(route) for route in _own_routes(table)],
            "tags": tag_map(table.get("Tags")),
            "arn": self.arn(cloud, id, inputs),
            "ownerId": table["OwnerId"],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Routes that left, routes that came, tags."""
        ec2, before, after = self.ec2(cloud, new), old.get("routes") or [], new.get("routes") or []
        for route in (route for route in before if route not in after):
            with unless_gone():
                ec2.delete_route(RouteTableId=id, **_destination(route))
        for route in (route for route in after if route not in before):
            ec2.create_route(RouteTableId=id, **_arguments(route))
        return super().update(cloud, id, old, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteRouteTable."""
        with unless_gone():
            self.ec2(cloud, state).delete_route_table(RouteTableId=id)


class Route(Ec2):
    """One route of a table; its id is made of table and destination."""

    type = "aws:ec2/route:Route"
    kind = "route"
    look_up = RouteTable.look_up
    identity = ("routeTableId", *DESTINATIONS)
    properties: ClassVar = {
        "routeTableId": Property(replace=True),
        **dict.fromkeys(DESTINATIONS, Property(replace=True)),
        **dict.fromkeys(TARGETS, Property(computed=True)),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        self.ec2(cloud, inputs).create_route(RouteTableId=inputs["routeTableId"], **_arguments(inputs))
        return Created(_route_id(inputs), {"origin": "CreateRoute", "state": "active"})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The table's description, of which one line is this route."""
        wanted = inputs or _imported(id)
        table = self.held(cloud, wanted["routeTableId"], inputs)
        route = next(
            (line for line in (table or {}).get("Routes", []) if _destination(wanted).items() <= line.items()), None
        )
        if route is None:
            return None
        held = {name: route.get(argument, "") for name, argument in {**DESTINATIONS, **TARGETS}.items()}
        return {"routeTableId": wanted["routeTableId"], **held, "origin": route["Origin"], "state": route["State"]}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """ReplaceRoute: another target."""
        self.ec2(cloud, new).replace_route(RouteTableId=new["routeTableId"], **_arguments(new))
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteRoute."""
        with unless_gone():
            self.ec2(cloud, state).delete_route(RouteTableId=state["routeTableId"], **_destination(state))

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A destination stands once in a table."""
        return _route_id(inputs) if self.read(cloud, "", inputs) else None


def _route_id(inputs: Inputs) -> str:
    """`r-<table>` and a hash of the destination in pulumi-aws; the destination itself here, so that import finds it."""
    return "_".join([inputs["routeTableId"], *_destination(inputs).values()])


def _imported(id: str) -> dict[str, Any]:
    table, _, destination = id.partition("_")
    return {
        "routeTableId": table,
        "destinationIpv6CidrBlock" if ":" in destination else "destinationCidrBlock": destination,
    }


class RouteTableAssociation(Ec2):
    """Which table a subnet uses. EC2 gives a moved association another id, hence the replacement."""

    type = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    kind = "route-table-association"
    look_up = RouteTable.look_up
    identity = ("subnetId",)
    properties: ClassVar = {"routeTableId": Property(replace=True), "subnetId": Property(replace=True)}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        answer = self.ec2(cloud, inputs).associate_route_table(
            RouteTableId=inputs["routeTableId"], SubnetId=inputs["subnetId"]
        )
        return Created(answer["AssociationId"])

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The table that has it."""
        table = self.first(cloud, inputs, {"association.route-table-association-id": id})
        lines = (table or {}).get("Associations", [])
        line = next((line for line in lines if line["RouteTableAssociationId"] == id), None)
        return line and {"routeTableId": line["RouteTableId"], "subnetId": line.get("SubnetId", "")}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DisassociateRouteTable."""
        with unless_gone("InvalidAssociationID.NotFound"):
            self.ec2(cloud, state).disassociate_route_table(AssociationId=id)


RESOURCES = (RouteTable, Route, RouteTableAssociation)
