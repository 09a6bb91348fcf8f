"""A VPC: public and private subnets, NAT gateways, endpoints, network ACLs and flow logs (sections 2.4 and 8.1)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws

from infra.aws import flow_logs, network_acls, vpc_endpoints
from infra.aws.scope import Component, Scope
from infra.environment.monitoring import LogRetention
from infra.environment.network import Vpc

_ZONES = "abc"
# A quarter of the address range in four steps: sixteen subnets, the private ones in the upper half.
_SUBNET_BITS = 4
_FIRST_PRIVATE = 8
_ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class NetworkArgs:
    """What a network is made of."""

    scope: Scope
    vpc: Vpc
    retention: LogRetention


@dataclass(frozen=True)
class Placement:
    """A place in a network, whoever owns it: what an environment's resources are put into."""

    vpc_id: pulumi.Input[str]
    cidr: str
    public_subnet_ids: pulumi.Input[list[str]]
    private_subnet_ids: pulumi.Input[list[str]]


class Network(Component):
    """A network of its own."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.vpc = self._vpc()
        self.public = self._subnets("public", args.vpc.public_zones, 0)
        self.private = self._subnets("private", args.vpc.private_zones, _FIRST_PRIVATE)
        self._route_public()
        self.private_tables = self._route_private()
        self._guard()
        self.register_outputs({"vpc_id": self.vpc.id})

    @property
    def placement(self) -> Placement:
        """Where resources can be put."""
        return Placement(
            self.vpc.id,
            self.args.vpc.cidr,
            pulumi.Output.all(*[subnet.id for subnet in self.public]).apply(list),
            pulumi.Output.all(*[subnet.id for subnet in self.private]).apply(list),
        )

    def _vpc(self) -> aws.ec2.Vpc:
        return aws.ec2.Vpc(
            "vpc",
            cidr_block=self.args.vpc.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self.scope.named_tags("vpc", "vpc"),
            opts=self.stateful(),
        )

    def _subnets(self, kind: str, zones: int, first: int) -> list[aws.ec2.Subnet]:
        blocks = list(IPv4Network(self.args.vpc.cidr).subnets(_SUBNET_BITS))
        return [
            aws.ec2.Subnet(
                f"{kind}-{zone}",
                vpc_id=self.vpc.id,
                cidr_block=str(blocks[first + number]),
                availability_zone=f"{self.scope.region}{zone}",
                # Nothing gets a public address by merely being there: NAT gateways bring their own.
                map_public_ip_on_launch=False,
                tags=self.scope.named_tags("vpc", f"{kind}-{zone}", tier=kind),
                opts=self.child(),
            )
            for number, zone in enumerate(_ZONES[:zones])
        ]

    def _route_public(self) -> None:
        gateway = aws.ec2.InternetGateway(
            "internet", vpc_id=self.vpc.id, tags=self.scope.named_tags("vpc", "internet"), opts=self.child()
        )
        table = self._table("public")
        aws.ec2.Route(
            "public-internet",
            route_table_id=table.id,
            destination_cidr_block=_ANYWHERE,
            gateway_id=gateway.id,
            opts=self.child(),
        )
        for zone, subnet in zip(_ZONES, self.public, strict=False):
            self._associate(f"public-{zone}", table, subnet)

    def _route_private(self) -> list[aws.ec2.RouteTable]:
        """One table a NAT gateway: with one per zone, a zone that fails takes no other's way out with it."""
        gateways = [self._nat(number) for number in range(self.args.vpc.nat_gateways)]
        tables = [self._private_table(number, gateway) for number, gateway in enumerate(gateways)]
        for number, subnet in enumerate(self.private):
            self._associate(f"private-{_ZONES[number]}", tables[number % len(tables)], subnet)
        return tables

    def _nat(self, number: int) -> aws.ec2.NatGateway:
        name = f"nat-{_ZONES[number]}"
        address = aws.ec2.Eip(name, domain="vpc", tags=self.scope.named_tags("vpc", name), opts=self.child())
        return aws.ec2.NatGateway(
            name,
            allocation_id=address.allocation_id,
            subnet_id=self.public[number].id,
            tags=self.scope.named_tags("vpc", name),
            # Its address belongs to one gateway at a time.
            opts=self.child(delete_before_replace=True),
        )

    def _private_table(self, number: int, gateway: aws.ec2.NatGateway) -> aws.ec2.RouteTable:
        name = f"private-{_ZONES[number]}"
        table = self._table(name)
        aws.ec2.Route(
            f"{name}-nat",
            route_table_id=table.id,
            destination_cidr_block=_ANYWHERE,
            nat_gateway_id=gateway.id,
            opts=self.child(),
        )
        return table

    def _table(self, name: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            name, vpc_id=self.vpc.id, tags=self.scope.named_tags("vpc", f"routes-{name}"), opts=self.child()
        )

    def _associate(self, name: str, table: aws.ec2.RouteTable, subnet: aws.ec2.Subnet) -> None:
        aws.ec2.RouteTableAssociation(name, route_table_id=table.id, subnet_id=subnet.id, opts=self.child())

    def _guard(self) -> None:
        """Endpoints, network ACLs where they are asked for, flow logs."""
        public, private = [subnet.id for subnet in self.public], [subnet.id for subnet in self.private]
        tables = [table.id for table in self.private_tables]
        vpc_endpoints.declare(self, vpc_endpoints.EndpointsArgs(self.args.vpc, self.vpc.id, private, tables))
        if self.args.vpc.network_acls:
            network_acls.declare(self, network_acls.AclsArgs(self.vpc.id, self.args.vpc.cidr, public, private))
        flow_logs.declare(self, self.vpc.id, self.args.retention)
