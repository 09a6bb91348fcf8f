"""EC2 network ACLs, with entries inside or as resources of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly, recorded
from local.provider.services.ec2_base import Ec2, moved
from local.provider.tags import tag_map

NUMBERS = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}
"""Entries carry protocols by number."""

LAST = 32767
"""The number of the entry that refuses the rest; it cannot be changed."""

NO_ICMP = "moto keeps no ICMP type and code of an entry"

Entry = tuple[int, str, str, str, int, int, int, int]
"""Number, protocol, action, addresses, ports, ICMP type and code."""


def protocol(name: Any) -> str:
    """A protocol's number."""
    return NUMBERS.get(str(name).lower(), str(name))


def entry(block: Mapping[str, Any]) -> Entry:
    """A block of a program in one form; ports mean something with TCP and UDP only, types with ICMP."""
    number = protocol(block["protocol"])
    low, high = (_whole(block, "fromPort"), _whole(block, "toPort")) if number in {"6", "17"} else (0, 0)
    kind, code = (_whole(block, "icmpType"), _whole(block, "icmpCode")) if number in {"1", "58"} else (0, 0)
    addresses = block.get("cidrBlock") or block.get("ipv6CidrBlock") or ""
    return (int(block.get("ruleNo") or block["ruleNumber"]), number, _action(block), addresses, low, high, kind, code)


def _whole(block: Mapping[str, Any], name: str) -> int:
    return int(block.get(name) or 0)


def _action(block: Mapping[str, Any]) -> str:
    return str(block.get("action") or block.get("ruleAction")).lower()


def same_entries(actual: Any, recorded: Any) -> bool:
    """The same entries in any order, however the protocol is spelt."""
    return {entry(block) for block in actual or ()} == {entry(block) for block in recorded or ()}


def described(held: Mapping[str, Any], number: str = "ruleNo", action: str = "action") -> dict[str, Any]:
    """EC2's entry in wire names."""
    ports = held.get("PortRange", {})
    return {
        number: held["RuleNumber"],
        action: held["RuleAction"],
        "protocol": held["Protocol"],
        "cidrBlock": held.get("CidrBlock", ""),
        "ipv6CidrBlock": held.get("Ipv6CidrBlock", ""),
        "fromPort": ports.get("From", 0),
        "toPort": ports.get("To", 0),
    }


def arguments(block: Mapping[str, Any], *, egress: bool) -> dict[str, Any]:
    """An entry as EC2 takes it."""
    number, protocol_number, action, addresses, low, high, kind, code = entry(block)
    more: dict[str, Any] = {"PortRange": {"From": low, "To": high}} if protocol_number in {"6", "17"} else {}
    if protocol_number in {"1", "58"}:
        more["IcmpTypeCode"] = {"Type": kind, "Code": code}
    more["Ipv6CidrBlock" if ":" in addresses else "CidrBlock"] = addresses
    return {"RuleNumber": number, "Protocol": protocol_number, "RuleAction": action, "Egress": egress, **more}


class NetworkAcl(Ec2):
    """A list of what may enter and leave subnets."""

    type = "aws:ec2/networkAcl:NetworkAcl"
    kind = "network-acl"
    look_up = ("describe_network_acls", "NetworkAclIds", "NetworkAcls")
    properties: ClassVar = {
        "vpcId": Property(replace=True),
        "subnetIds": Property(same=set_equal, computed=True),
        "ingress": Property(same=same_entries, computed=True),
        "ingress.icmpType": recorded(NO_ICMP),
        "ingress.icmpCode": recorded(NO_ICMP),
        "egress": Property(same=same_entries, computed=True),
        "egress.icmpType": recorded(NO_ICMP),
        "egress.icmpCode": recorded(NO_ICMP),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The list, its entries, its subnets."""
        acl = self.ec2(cloud, inputs).create_network_acl(VpcId=inputs["vpcId"], **self.tagged(inputs))["NetworkAcl"]
        id = acl["NetworkAclId"]
        with partly(id):
            self._entries(cloud, id, {}, inputs)
            self._take(cloud, inputs["vpcId"], id, inputs.get("subnetIds") or [], inputs)
        return Created(id, self._computed(cloud, id, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        acl = self.held(cloud, id, inputs)
        if acl is None:
            return None
        entries = [held for held in acl["Entries"] if held["RuleNumber"] != LAST]
        return {
            "vpcId": acl["VpcId"],
            "subnetIds": [line["SubnetId"] for line in acl["Associations"]],
            "ingress": _in_order([described(held) for held in entries if not held["Egress"]], inputs.get("ingress")),
            "egress": _in_order([described(held) for held in entries if held["Egress"]], inputs.get("egress")),
            "tags": tag_map(acl.get("Tags")),
            **self._computed(cloud, id, inputs),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Entries, subnets, tags."""
        self._entries(cloud, id, old, new)
        taken, left = moved(old, new, "subnetIds")
        self._take(cloud, new["vpcId"], id, taken, new)
        self._give_back(cloud, new["vpcId"], left, new)
        return super().update(cloud, id, old, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Its subnets go back to the VPC's default list first."""
        acl = self.held(cloud, id, state)
        if acl is None:
            return
        self._give_back(cloud, acl["VpcId"], [line["SubnetId"] for line in acl["Associations"]], state)
        with unless_gone():
            self.ec2(cloud, state).delete_network_acl(NetworkAclId=id)

    def _entries(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> None:
        ec2 = self.ec2(cloud, new)
        for direction in ("ingress", "egress"):
            egress, before, after = direction == "egress", _numbered(old.get(direction)), _numbered(new.get(direction))
            for number in before.keys() - after.keys():
                ec2.delete_network_acl_entry(NetworkAclId=id, RuleNumber=number, Egress=egress)
            for number, block in after.items():
                if number not in before:
                    ec2.create_network_acl_entry(NetworkAclId=id, **arguments(block, egress=egress))
                elif before[number] != block:
                    ec2.replace_network_acl_entry(NetworkAclId=id, **arguments(block, egress=egress))

    def _take(self, cloud: Cloud, vpc: str, id: str, subnets: Iterable[str], inputs: Inputs) -> None:
        """A subnet always has one list: it is moved from the one that it has."""
        if not (wanted := set(subnets)):
            return
        ec2 = self.ec2(cloud, inputs)
        acls = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"]
        for line in (line for acl in acls for line in acl["Associations"] if line["SubnetId"] in wanted):
            ec2.replace_network_acl_association(AssociationId=line["NetworkAclAssociationId"], NetworkAclId=id)

    def _give_back(self, cloud: Cloud, vpc: str, subnets: list[str], inputs: Inputs) -> None:
        if subnets and (default := self.first(cloud, inputs, {"vpc-id": vpc, "default": "true"})):
            self._take(cloud, vpc, default["NetworkAclId"], subnets, inputs)

    def _computed(self, cloud: Cloud, id: str, inputs: Inputs) -> dict[str, Any]:
        return {"arn": self.arn(cloud, id, inputs), "ownerId": cloud.account}


def _in_order(held: list[dict[str, Any]], wanted: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """In the program's order: the framework puts what moto loses back place by place."""
    places = {number: place for place, number in enumerate(_numbered(wanted))}
    return sorted(held, key=lambda block: (places.get(block["ruleNo"], LAST), block["ruleNo"]))


def _numbered(blocks: Iterable[Mapping[str, Any]] | None) -> dict[int, Mapping[str, Any]]:
    return {int(block["ruleNo"]): block for block in blocks or ()}


class NetworkAclRule(Ec2):
    """One entry of a list as a resource of its own; its id is made of list, number and direction."""

    type = "aws:ec2/networkAclRule:NetworkAclRule"
    kind = "network-acl-rule"
    look_up = NetworkAcl.look_up
    identity = ("networkAclId", "ruleNumber", "egress")
    properties: ClassVar = {
        "networkAclId": Property(replace=True),
        "ruleNumber": Property(replace=True),
        "egress": Property(replace=True, default=False),
        "protocol": Property(replace=True, same=lambda actual, recorded: protocol(actual) == protocol(recorded)),
        "ruleAction": Property(replace=True),
        "cidrBlock": Property(replace=True),
        "ipv6CidrBlock": Property(replace=True),
        "fromPort": Property(replace=True),
        "toPort": Property(replace=True),
        "icmpType": recorded(NO_ICMP, replace=True),
        "icmpCode": recorded(NO_ICMP, replace=True),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        ec2, block = self.ec2(cloud, inputs), arguments(inputs, egress=bool(inputs["egress"]))
        ec2.create_network_acl_entry(NetworkAclId=inputs["networkAclId"], **block)
        return Created(_rule_id(inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The list's description, of which one line is this entry."""
        _, acl_id, number, egress = id.split(":")
        acl = self.held(cloud, acl_id, inputs)
        key = (int(number), egress == "true")
        lines = (line for line in (acl or {}).get("Entries", []) if (line["RuleNumber"], line["Egress"]) == key)
        line = next(lines, None)
        return line and {"networkAclId": acl_id, "egress": key[1], **described(line, "ruleNumber", "ruleAction")}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Looked for first: moto fails without an answer when there is no such entry."""
        if self.read(cloud, id, state) is not None:
            _, acl, number, egress = id.split(":")
            ec2 = self.ec2(cloud, state)
            with unless_gone():
                ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=int(number), Egress=egress == "true")

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A number stands once in a list and direction."""
        id = _rule_id(inputs)
        return id if self.read(cloud, id, inputs) else None


def _rule_id(inputs: Inputs) -> str:
    return ":".join(["nacl", inputs["networkAclId"], str(inputs["ruleNumber"]), str(inputs["egress"]).lower()])


RESOURCES = (NetworkAcl, NetworkAclRule)
