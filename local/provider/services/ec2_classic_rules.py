"""EC2: rules of security groups in their older form, each for several addresses at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import set_equal
from local.provider.resource import Created, Inputs, Outputs, Property
from local.provider.services.ec2_base import Ec2
from local.provider.services.ec2_security_groups import (
    RulesInside,
    held_lines,
    lines,
    permissions,
    protocol,
)
from local.provider.services.recorded_base import stable_hex

MEMBERS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}


def block(inputs: Inputs) -> dict[str, Any]:
    """The rule as a block of a group."""
    source = [inputs["sourceSecurityGroupId"]] if inputs.get("sourceSecurityGroupId") else []
    return {**inputs, "securityGroups": source}


class SecurityGroupRule(Ec2):
    """A rule; it is there when all of its permissions are."""

    type = "aws:ec2/securityGroupRule:SecurityGroupRule"
    kind = "security-group-rule"
    look_up = RulesInside.look_up
    properties: ClassVar = {
        "securityGroupId": Property(replace=True),
        "type": Property(replace=True),
        "protocol": Property(replace=True, same=lambda actual, recorded: protocol(actual) == protocol(recorded)),
        "fromPort": Property(replace=True),
        "toPort": Property(replace=True),
        "cidrBlocks": Property(replace=True, same=set_equal),
        "ipv6CidrBlocks": Property(replace=True, same=set_equal),
        "prefixListIds": Property(replace=True, same=set_equal),
        "sourceSecurityGroupId": Property(replace=True, computed=True),
        "self": Property(replace=True),
        "description": Property(replace=True),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        group, wanted = inputs["securityGroupId"], lines([block(inputs)], inputs["securityGroupId"])
        authorize = getattr(self.ec2(cloud, inputs), f"authorize_security_group_{inputs['type']}")
        answer = authorize(GroupId=group, IpPermissions=permissions(wanted))
        rules = [rule["SecurityGroupRuleId"] for rule in answer["SecurityGroupRules"]]
        one = rules[0] if len(rules) == 1 else ""
        return Created(_rule_id(inputs), {"securityGroupRuleId": one})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Gone as soon as one of its permissions is; without recorded inputs nobody can tell which they are."""
        held = self.held(cloud, inputs["securityGroupId"], inputs) if inputs else None
        if held is None:
            return None
        wanted = lines([block(inputs)], inputs["securityGroupId"])
        return dict(inputs) if wanted <= set(held_lines(held[MEMBERS[inputs["type"]]])) else None

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """What is left of its permissions is revoked."""
        held: Mapping[str, Any] | None = self.held(cloud, state["securityGroupId"], state)
        if held is None:
            return
        left = lines([block(state)], state["securityGroupId"]) & set(held_lines(held[MEMBERS[state["type"]]]))
        if left:
            revoke = getattr(self.ec2(cloud, state), f"revoke_security_group_{state['type']}")
            with unless_gone():
                revoke(GroupId=state["securityGroupId"], IpPermissions=permissions(left))

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A group holds a permission once."""
        return _rule_id(inputs) if self.read(cloud, "", inputs) else None


def _rule_id(inputs: Inputs) -> str:
    group = inputs["securityGroupId"]
    return f"sgrule-{stable_hex(group, inputs['type'], sorted(lines([block(inputs)], group)), length=10)}"


RESOURCES = (SecurityGroupRule,)
