"""The security groups of the three tiers (section 2.4); every environment has its own, also in a shared VPC."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws.network import Placement
from infra.aws.scope import Component, Scope
from infra.environment.network import Tier, Tiers

_ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class SecurityGroupsArgs:
    """Where the groups are and what each admits."""

    scope: Scope
    place: Placement
    tiers: Tiers


class SecurityGroups(Component):
    """Web, app and database tier.

    Rules stand in the groups, not beside them: so a rule that somebody adds by hand is drift and goes with the next
    deployment.
    """

    def __init__(self, name: str, args: SecurityGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        inside, port = [args.place.cidr], args.tiers.database.ports[0]
        self.web = self._group("web", args.tiers.web, [_egress("the app tier", None, inside)])
        self.app = self._group(
            "app", args.tiers.app, [_egress("services", 443, [_ANYWHERE]), _egress("the database", port, inside)]
        )
        # A database answers and opens no connection of its own.
        self.database = self._group("database", args.tiers.database, [])
        self.register_outputs({})

    def _group(self, name: str, tier: Tier, egress: list[aws.ec2.SecurityGroupEgressArgsDict]) -> aws.ec2.SecurityGroup:
        return aws.ec2.SecurityGroup(
            name,
            name=self.scope.name(name),
            description=f"{name} tier of {self.scope.environment}",
            vpc_id=self.args.place.vpc_id,
            ingress=[self._rule(name, port, tier.sources) for port in tier.ports or (None,)],
            egress=egress,
            tags=self.scope.named_tags("vpc", name, tier=name),
            opts=self.child(),
        )

    def _rule(self, group: str, port: int | None, sources: tuple[str, ...]) -> aws.ec2.SecurityGroupIngressArgsDict:
        rule: aws.ec2.SecurityGroupIngressArgsDict = {
            "description": f"from {', '.join(sources)}",
            "protocol": "tcp" if port else "-1",
            "from_port": port or 0,
            "to_port": port or 0,
        }
        ranges = [{"internet": _ANYWHERE, "vpc": self.args.place.cidr}[name] for name in sources if name in _RANGES]
        if ranges:
            rule["cidr_blocks"] = ranges
        if group in sources:
            rule["self"] = True
        if others := [getattr(self, name).id for name in sources if name not in _RANGES and name != group]:
            rule["security_groups"] = others
        return rule


_RANGES = ("internet", "vpc")


def _egress(reason: str, port: int | None, ranges: list[str]) -> aws.ec2.SecurityGroupEgressArgsDict:
    return {
        "description": f"to {reason}",
        "protocol": "tcp" if port else "-1",
        "from_port": port or 0,
        "to_port": port or 0,
        "cidr_blocks": ranges,
    }
