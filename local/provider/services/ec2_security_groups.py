"""EC2 security groups with the rules inside them, and a VPC's default group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import compact
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly, recorded
from local.provider.services.ec2_base import Ec2
from local.provider.tags import tag_map

PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "all": "-1"}
"""EC2 answers with names, whatever was asked."""

PEERS = {
    "cidrBlocks": ("IpRanges", "CidrIp"),
    "ipv6CidrBlocks": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListIds": ("PrefixListIds", "PrefixListId"),
    "securityGroups": ("UserIdGroupPairs", "GroupId"),
}
"""The lists of a block, and where EC2 keeps their members."""

Line = tuple[str, int, int, str, str, str]
"""One permission: protocol, ports, kind of peer, peer, description."""


def protocol(name: Any) -> str:
    """EC2's spelling of a protocol."""
    return PROTOCOLS.get(str(name).lower(), str(name).lower())


def _ports(block: Mapping[str, Any]) -> tuple[int, int]:
    every = protocol(block["protocol"]) == "-1"
    return (0, 0) if every else (int(block.get("fromPort") or 0), int(block.get("toPort") or 0))


def lines(blocks: Iterable[Mapping[str, Any]] | None, group: str = "") -> set[Line]:
    """Blocks of a program as single permissions; `self` is the group's own id where it is known."""
    found = set()
    for block in blocks or ():
        peers = [(kind, peer) for kind in PEERS for peer in block.get(kind) or ()]
        peers += [("securityGroups", group)] if block.get("self") else []
        found |= {
            (protocol(block["protocol"]), *_ports(block), *peer, block.get("description") or "") for peer in peers
        }
    return found


def held_lines(permissions: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """EC2's permissions as single ones."""
    for permission in permissions:
        ports = (0, 0) if permission["IpProtocol"] == "-1" else (permission["FromPort"], permission["ToPort"])
        for kind, (member, key) in PEERS.items():
            for peer in permission.get(member, []):
                yield (permission["IpProtocol"], *ports, kind, peer[key], peer.get("Description", ""))


def blocks_of(permissions: Iterable[Mapping[str, Any]], group: str) -> list[dict[str, Any]]:
    """EC2's permissions as blocks of a program: one for each protocol, ports and description."""
    blocks: dict[tuple[Any, ...], dict[str, Any]] = {}
    for name, low, high, kind, peer, description in sorted(held_lines(permissions)):
        start = {"protocol": name, "fromPort": low, "toPort": high, "description": description}
        block = blocks.setdefault((name, low, high, description), start)
        if (kind, peer) == ("securityGroups", group):
            block["self"] = True
        else:
            block.setdefault(kind, []).append(peer)
    return list(blocks.values())


def same_rules(actual: Any, recorded: Any) -> bool:
    """The same permissions, however they are grouped into blocks."""
    return lines(actual) == lines(recorded)


def permissions(wanted: Iterable[Line]) -> list[dict[str, Any]]:
    """Single permissions as EC2 takes them."""
    found = []
    for name, low, high, kind, peer, description in sorted(wanted):
        member, key = PEERS[kind]
        entry = {key: peer} | ({"Description": description} if description else {})
        ports = {} if name == "-1" else {"FromPort": low, "ToPort": high}
        found.append({"IpProtocol": name, **ports, member: [entry]})
    return found


class RulesInside(Ec2):
    """A group whose rules stand in it."""

    kind = "security-group"
    look_up = ("describe_security_groups", "GroupIds", "SecurityGroups")

    def replace_rules(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> None:
        """Take away and add what differs; a direction of which the program says nothing is left alone."""
        ec2 = self.ec2(cloud, new)
        for direction in ("ingress", "egress"):
            if new.get(direction) is None and old.get(direction) is None:
                continue
            before, after = lines(old.get(direction), id), lines(new.get(direction), id)
            if before - after:
                getattr(ec2, f"revoke_security_group_{direction}")(
                    GroupId=id, IpPermissions=permissions(before - after)
                )
            if after - before:
                getattr(ec2, f"authorize_security_group_{direction}")(
                    GroupId=id, IpPermissions=permissions(after - before)
                )

    def described(self, cloud: Cloud, group: dict[str, Any], inputs: Inputs) -> dict[str, Any]:
        """What EC2 holds, in wire names."""
        id = group["GroupId"]
        return {
            "vpcId": group.get("VpcId", ""),
            "name": group["GroupName"],
            "description": group["Description"],
            "ingress": blocks_of(group["IpPermissions"], id),
            "egress": blocks_of(group["IpPermissionsEgress"], id),
            "tags": tag_map(group.get("Tags")),
            "arn": self.arn(cloud, id, inputs),
            "ownerId": group["OwnerId"],
        }

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        group = self.held(cloud, id, inputs)
        return group and self.described(cloud, group, inputs)

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Rules and tags."""
        self.replace_rules(cloud, id, old, new)
        return super().update(cloud, id, old, new)


class SecurityGroup(RulesInside):
    """A security group; as in pulumi-aws it starts without EC2's rule that lets everything out."""

    type = "aws:ec2/securityGroup:SecurityGroup"
    name = "name"
    properties: ClassVar = {
        "name": Property(replace=True),
        "description": Property(replace=True, default="Managed by Pulumi"),
        "vpcId": Property(replace=True, computed=True),
        "ingress": Property(same=same_rules, computed=True),
        "egress": Property(same=same_rules, computed=True),
        "revokeRulesOnDelete": recorded("an option of the provider, not of the group"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The group, without its first rule, then the rules that stand in it."""
        ec2, arguments = self.ec2(cloud, inputs), compact({"VpcId": inputs.get("vpcId")})
        answer = ec2.create_security_group(
            GroupName=inputs["name"], Description=inputs["description"], **arguments, **self.tagged(inputs)
        )
        id = answer["GroupId"]
        with partly(id):
            everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
            if inputs.get("vpcId"):
                ec2.revoke_security_group_egress(GroupId=id, IpPermissions=everything)
            self.replace_rules(cloud, id, {}, inputs)
        return Created(id, {"arn": self.arn(cloud, id, inputs), "ownerId": cloud.account})

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Its rules go first: two groups that name each other would else keep each other alive."""
        ec2, group = self.ec2(cloud, state), self.held(cloud, id, state)
        if group is None:
            return
        for direction, member in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
            rules = permissions(held_lines(group[member]))
            if rules and state.get("revokeRulesOnDelete"):
                getattr(ec2, f"revoke_security_group_{direction}")(GroupId=id, IpPermissions=rules)
        with unless_gone():
            ec2.delete_security_group(GroupId=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A name is given once in a VPC."""
        filters = compact({"group-name": inputs["name"], "vpc-id": inputs.get("vpcId")})
        group = self.first(cloud, inputs, filters)
        return str(group["GroupId"]) if group else None


class DefaultSecurityGroup(RulesInside):
    """A VPC's default group, taken over: its rules become exactly those of the program. It cannot be deleted."""

    type = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
    identity = ("vpcId",)
    properties: ClassVar = {
        "vpcId": Property(replace=True, computed=True),
        "ingress": Property(same=same_rules, default=[]),
        "egress": Property(same=same_rules, default=[]),
        "revokeRulesOnDelete": recorded("an option of the provider, not of the group"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Found by its name, then changed to what the program says."""
        filters = compact({"group-name": "default", "vpc-id": inputs.get("vpcId")})
        group = self.first(cloud, inputs, filters) or {}
        held = self.described(cloud, group, inputs)
        self.update(cloud, group["GroupId"], held, {**inputs, "vpcId": held["vpcId"]})
        return Created(
            group["GroupId"], {name: held[name] for name in ("arn", "ownerId", "name", "description", "vpcId")}
        )

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """EC2 deletes it with its VPC."""


RESOURCES = (SecurityGroup, DefaultSecurityGroup)
