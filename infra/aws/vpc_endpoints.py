"""VPC endpoints: AWS services reached without leaving the network (section 8.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws.scope import Component
from infra.environment.network import Vpc


@dataclass(frozen=True)
class EndpointsArgs:
    """Which endpoints, and the private part of the network that uses them."""

    spec: Vpc
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    route_table_ids: Sequence[pulumi.Input[str]]


def declare(owner: Component, args: EndpointsArgs) -> None:
    """Gateway endpoints on the private routes, interface endpoints in the private subnets."""
    for service in args.spec.gateway_endpoints:
        aws.ec2.VpcEndpoint(
            service,
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{owner.scope.region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(args.route_table_ids),
            tags=owner.scope.named_tags("vpc", f"endpoint-{service}"),
            opts=owner.child(),
        )
    if args.spec.interface_endpoints:
        _interfaces(owner, args)


def _interfaces(owner: Component, args: EndpointsArgs) -> None:
    group = aws.ec2.SecurityGroup(
        "endpoints",
        name=owner.scope.name("endpoints"),
        description="HTTPS from the VPC to endpoints of AWS services",
        vpc_id=args.vpc_id,
        ingress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": [args.spec.cidr]}],
        egress=[],
        tags=owner.scope.named_tags("vpc", "endpoints"),
        opts=owner.child(),
    )
    for service in args.spec.interface_endpoints:
        aws.ec2.VpcEndpoint(
            service,
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{owner.scope.region}.{service}",
            vpc_endpoint_type="Interface",
            subnet_ids=list(args.subnet_ids),
            security_group_ids=[group.id],
            private_dns_enabled=True,
            tags=owner.scope.named_tags("vpc", f"endpoint-{service}"),
            opts=owner.child(),
        )
