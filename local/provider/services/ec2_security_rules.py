"""EC2: rules of security groups as resources of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly
from local.provider.services.ec2_base import Ec2, changed
from local.provider.services.ec2_security_groups import protocol
from local.provider.tags import tag_map

RULE = {
    "cidrIpv4": "CidrIpv4",
    "cidrIpv6": "CidrIpv6",
    "prefixListId": "PrefixListId",
    "description": "Description",
}
"""Properties of a rule and their members in EC2's description."""


class Rule(Ec2):
    """One rule of a group as a resource of its own."""

    kind = "security-group-rule"
    look_up = ("describe_security_group_rules", "SecurityGroupRuleIds", "SecurityGroupRules")
    direction: ClassVar[str]
    properties: ClassVar = {
        "securityGroupId": Property(replace=True),
        "ipProtocol": Property(same=lambda actual, recorded: protocol(actual) == protocol(recorded)),
        "fromPort": Property(),
        "toPort": Property(),
        "cidrIpv4": Property(),
        "cidrIpv6": Property(replace=True),
        "prefixListId": Property(replace=True),
        "referencedSecurityGroupId": Property(replace=True),
        "description": Property(),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call; a second one where moto would lose the description (rules that name a group)."""
        ec2 = self.ec2(cloud, inputs)
        authorize = getattr(ec2, f"authorize_security_group_{self.direction}")
        rules = [_permission(inputs)]
        answer = authorize(GroupId=inputs["securityGroupId"], IpPermissions=rules, **self.tagged(inputs))
        id = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        if inputs.get("description") and not inputs.get("cidrIpv4") and not inputs.get("cidrIpv6"):
            with partly(id):
                self._modify(cloud, id, inputs)
        return Created(id, self._computed(cloud, id, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description; ports mean nothing where every protocol is meant."""
        rule = self.held(cloud, id, inputs)
        if rule is None:
            return None
        ports = {} if rule["IpProtocol"] == "-1" else {"fromPort": rule["FromPort"], "toPort": rule["ToPort"]}
        return {
            "securityGroupId": rule["GroupId"],
            "ipProtocol": rule["IpProtocol"],
            **{name: rule.get(member, "") for name, member in RULE.items()},
            "referencedSecurityGroupId": rule.get("ReferencedGroupInfo", {}).get("GroupId", ""),
            "tags": tag_map(rule.get("Tags")),
            **ports,
            **self._computed(cloud, id, inputs),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """ModifySecurityGroupRules, then tags."""
        if changed(old, new, "ipProtocol", "fromPort", "toPort", "cidrIpv4", "description"):
            self._modify(cloud, id, new)
        return super().update(cloud, id, old, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Revoked by its id; gone with its group is gone."""
        with unless_gone():
            revoke = getattr(self.ec2(cloud, state), f"revoke_security_group_{self.direction}")
            revoke(GroupId=state["securityGroupId"], SecurityGroupRuleIds=[id])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A group holds a rule once."""
        ec2, group = self.ec2(cloud, inputs), [inputs["securityGroupId"]]
        rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": group}])["SecurityGroupRules"]
        wanted = _matched(inputs)
        matches = (rule for rule in rules if rule["IsEgress"] == (self.direction == "egress") and _held(rule) == wanted)
        return next((str(rule["SecurityGroupRuleId"]) for rule in matches), None)

    def _modify(self, cloud: Cloud, id: str, inputs: Inputs) -> None:
        wanted = {
            "IpProtocol": protocol(inputs["ipProtocol"]),
            "FromPort": inputs.get("fromPort", -1),
            "ToPort": inputs.get("toPort", -1),
            "Description": inputs.get("description") or "",
            **{RULE[name]: inputs[name] for name in ("cidrIpv4", "cidrIpv6", "prefixListId") if inputs.get(name)},
        }
        if inputs.get("referencedSecurityGroupId"):
            wanted["ReferencedGroupId"] = inputs["referencedSecurityGroupId"]
        rules = [{"SecurityGroupRuleId": id, "SecurityGroupRule": wanted}]
        self.ec2(cloud, inputs).modify_security_group_rules(GroupId=inputs["securityGroupId"], SecurityGroupRules=rules)

    def _computed(self, cloud: Cloud, id: str, inputs: Inputs) -> dict[str, Any]:
        return {"arn": self.arn(cloud, id, inputs), "securityGroupRuleId": id}


def _permission(inputs: Inputs) -> dict[str, Any]:
    words = {"Description": inputs["description"]} if inputs.get("description") else {}
    peers = {
        "cidrIpv4": ("IpRanges", "CidrIp"),
        "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
        "prefixListId": ("PrefixListIds", "PrefixListId"),
        "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    }
    members = {member: [{key: inputs[name], **words}] for name, (member, key) in peers.items() if inputs.get(name)}
    every = protocol(inputs["ipProtocol"]) == "-1"
    ports = {} if every else {"FromPort": inputs["fromPort"], "ToPort": inputs["toPort"]}
    return {"IpProtocol": protocol(inputs["ipProtocol"]), **ports, **members}


def _matched(inputs: Inputs) -> tuple[Any, ...]:
    every = protocol(inputs["ipProtocol"]) == "-1"
    ports = (-1, -1) if every else (inputs["fromPort"], inputs["toPort"])
    names = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
    return (protocol(inputs["ipProtocol"]), *ports, *(inputs.get(name) or "" for name in names))


def _held(rule: Mapping[str, Any]) -> tuple[Any, ...]:
    peers = (rule.get(member, "") for member in ("CidrIpv4", "CidrIpv6", "PrefixListId"))
    return (
        rule["IpProtocol"],
        rule["FromPort"],
        rule["ToPort"],
        *peers,
        rule.get("ReferencedGroupInfo", {}).get("GroupId", ""),
    )


class SecurityGroupIngressRule(Rule):
    """What may come in."""

    type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    direction = "ingress"


class SecurityGroupEgressRule(Rule):
    """What may go out."""

    type = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    direction = "egress"


RESOURCES = (SecurityGroupIngressRule, SecurityGroupEgressRule)
