"""Network ACLs: what no tier of a subnet serves is refused there, whatever a group would allow (section 8.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws.scope import Component

_ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class AclsArgs:
    """The network and the ids of its subnets."""

    vpc_id: pulumi.Input[str]
    cidr: str
    public: Sequence[pulumi.Input[str]]
    private: Sequence[pulumi.Input[str]]


def declare(owner: Component, args: AclsArgs) -> None:
    """Subnets refuse what no tier of theirs serves, whatever a security group would allow."""
    public = [_rule(100, 80, 80), _rule(110, 443, 443), _rule(120, 1024, 65535)]
    private = [_rule(100, 1024, 65535)]
    for name, subnets, inbound in (("public", args.public, public), ("private", args.private, private)):
        aws.ec2.NetworkAcl(
            name,
            vpc_id=args.vpc_id,
            subnet_ids=list(subnets),
            ingress=[*inbound, {**_rule(200, 0, 0), "protocol": "-1", "cidr_block": args.cidr}],
            egress=[{**_rule(100, 0, 0), "protocol": "-1"}],
            tags=owner.scope.named_tags("vpc", f"acl-{name}", tier=name),
            opts=owner.child(),
        )


def _rule(number: int, first: int, last: int) -> aws.ec2.NetworkAclIngressArgsDict:
    return {
        "rule_no": number,
        "protocol": "tcp",
        "action": "allow",
        "cidr_block": _ANYWHERE,
        "from_port": first,
        "to_port": last,
    }
