"""Route53: hosted zones. moto 5.2.5 keeps them; no name is resolved."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.services.ec2_base import changed
from local.provider.tags import tag_changes, tag_list, tag_map


class Route53(Resource):
    """A resource of Route53 with tags."""

    service = "route53"
    kind: ClassVar[str]
    """The type as Route53's tags spell it."""

    def tags(self, cloud: Cloud, id: str) -> dict[str, str]:
        """The tags."""
        answer = cloud.client("route53").list_tags_for_resource(ResourceType=self.kind, ResourceId=id)
        return tag_map(answer["ResourceTagSet"]["Tags"])

    def retag(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> None:
        """Set and remove the tags that differ, in one call."""
        added, removed = tag_changes(old, new)
        change = {key: value for key, value in {"AddTags": tag_list(added), "RemoveTagKeys": removed}.items() if value}
        if change:
            cloud.client("route53").change_tags_for_resource(ResourceType=self.kind, ResourceId=id, **change)


def absolute(name: str) -> str:
    """A name as Route53 keeps it, without its last dot."""
    return name.lower().rstrip(".").replace("\\052", "*")


def same_name(actual: Any, recorded: Any) -> bool:
    """The same name, whatever its case and last dot."""
    return absolute(str(actual or "")) == absolute(str(recorded or ""))


def same_vpcs(actual: Any, recorded: Any) -> bool:
    """The same VPCs, in any order."""
    return {vpc["vpcId"] for vpc in actual or ()} == {vpc["vpcId"] for vpc in recorded or ()}


class Zone(Route53):
    """A hosted zone."""

    type = "aws:route53/zone:Zone"
    kind = "hostedzone"
    name = "name"
    properties: ClassVar = {
        "name": Property(replace=True, same=same_name),
        "comment": Property(default="Managed by Pulumi"),
        "vpcs": Property(same=same_vpcs),
        "delegationSetId": recorded("moto gives every zone the same name servers", replace=True),
        "forceDestroy": recorded("an option of the operation, not of the zone"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The zone, then its other VPCs and tags."""
        route53, vpcs = cloud.client("route53"), [_vpc(vpc, cloud) for vpc in inputs.get("vpcs") or ()]
        answer = route53.create_hosted_zone(
            Name=inputs["name"],
            CallerReference=str(uuid.uuid4()),
            HostedZoneConfig={"Comment": inputs["comment"], "PrivateZone": bool(vpcs)},
            **({"VPC": vpcs[0]} if vpcs else {}),
        )
        id = _bare(answer["HostedZone"]["Id"])
        with partly(id):
            for vpc in vpcs[1:]:
                route53.associate_vpc_with_hosted_zone(HostedZoneId=id, VPC=vpc)
            self.retag(cloud, id, {}, inputs)
        return Created(id, self._computed(id, answer))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The zone and its tags."""
        answer = found(lambda: cloud.client("route53").get_hosted_zone(Id=id))
        if answer is None:
            return None
        zone = answer["HostedZone"]
        return {
            "name": absolute(zone["Name"]),
            "comment": zone["Config"].get("Comment", ""),
            "vpcs": [{"vpcId": vpc["VPCId"], "vpcRegion": vpc["VPCRegion"]} for vpc in answer.get("VPCs", [])],
            "tags": self.tags(cloud, id),
            **self._computed(id, answer),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Comment, VPCs, tags."""
        route53 = cloud.client("route53")
        if changed(old, new, "comment"):
            route53.update_hosted_zone_comment(Id=id, Comment=new["comment"])
        before, after = old.get("vpcs") or [], new.get("vpcs") or []
        for vpc in (vpc for vpc in after if vpc not in before):
            route53.associate_vpc_with_hosted_zone(HostedZoneId=id, VPC=_vpc(vpc, cloud))
        for vpc in (vpc for vpc in before if vpc not in after):
            route53.disassociate_vpc_from_hosted_zone(HostedZoneId=id, VPC=_vpc(vpc, cloud))
        self.retag(cloud, id, old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """With `forceDestroy` its records go first; else Route53 refuses a zone that has some."""
        with unless_gone():
            if state.get("forceDestroy"):
                self._empty(cloud, id)
            cloud.client("route53").delete_hosted_zone(Id=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """By its name and comment; Route53 itself would take a second zone of that name."""
        zones = cloud.client("route53").list_hosted_zones_by_name(DNSName=inputs["name"])["HostedZones"]
        alike = (zone for zone in zones if same_name(zone["Name"], inputs["name"]))
        wanted = (zone for zone in alike if zone["Config"].get("Comment", "") == inputs["comment"])
        return next((_bare(zone["Id"]) for zone in wanted), None)

    def _empty(self, cloud: Cloud, id: str) -> None:
        pages = cloud.client("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=id)
        for record in [record for page in pages for record in page["ResourceRecordSets"]]:
            if record["Type"] not in {"NS", "SOA"}:
                change_record(cloud, id, "DELETE", record)

    def _computed(self, id: str, answer: Mapping[str, Any]) -> dict[str, Any]:
        servers = answer.get("DelegationSet", {}).get("NameServers", [])
        return {
            "zoneId": id,
            "arn": f"arn:aws:route53:::hostedzone/{id}",
            "nameServers": servers,
            "primaryNameServer": servers[0] if servers else "",
        }


def _bare(id: str) -> str:
    return id.rsplit("/", 1)[-1]


def _vpc(vpc: Mapping[str, Any], cloud: Cloud) -> dict[str, str]:
    return {"VPCId": vpc["vpcId"], "VPCRegion": vpc.get("vpcRegion") or cloud.region}


def change_record(cloud: Cloud, zone: str, action: str, record: Mapping[str, Any]) -> None:
    """CREATE, UPSERT or DELETE one record set."""
    change = {"Changes": [{"Action": action, "ResourceRecordSet": dict(record)}]}
    cloud.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)


RESOURCES = (Zone,)
