"""Route53: record sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found
from local.provider.properties import compact, set_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.services.route53 import absolute, change_record, same_name


def same_values(actual: Any, recorded: Any) -> bool:
    """The same values in any order; names without their last dot."""
    return set_equal(*([str(value).rstrip(".") for value in side or ()] for side in (actual, recorded)))


def same_aliases(actual: Any, recorded: Any) -> bool:
    """The same target."""
    sides = [[{**alias, "name": absolute(alias["name"])} for alias in side or ()] for side in (actual, recorded)]
    return set_equal(*sides)


ROUTING = {
    "weightedRoutingPolicies": {"weight": "Weight"},
    "latencyRoutingPolicies": {"region": "Region"},
    "failoverRoutingPolicies": {"type": "Failover"},
}
"""Policies that Route53 keeps as one member of the record."""

GEOLOCATION = {"continent": "ContinentCode", "country": "CountryCode", "subdivision": "SubdivisionCode"}


class Record(Resource):
    """A record set; its id is made of zone, name, type and set identifier."""

    type = "aws:route53/record:Record"
    service = "route53"
    identity = ("zoneId", "name", "type", "setIdentifier")
    properties: ClassVar = {
        "zoneId": Property(replace=True),
        "name": Property(replace=True, same=same_name),
        "type": Property(replace=True),
        "setIdentifier": Property(replace=True),
        "ttl": Property(),
        "records": Property(same=same_values),
        "aliases": Property(same=same_aliases),
        "healthCheckId": Property(),
        "multivalueAnswerRoutingPolicy": Property(),
        "geolocationRoutingPolicies": Property(),
        **dict.fromkeys(ROUTING, Property()),
        "allowOverwrite": recorded("an option of the operation, not of the record"),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call, after a look at the zone."""
        name = self._full_name(cloud, inputs) or absolute(inputs["name"])
        # moto calls a record that was deleted a taken one, if another follows it in the zone.
        free = inputs.get("allowOverwrite") or self._held(cloud, inputs) is None
        action = "UPSERT" if free else "CREATE"
        change_record(cloud, inputs["zoneId"], action, _record(name, inputs))
        return Created(_record_id(inputs, name), {"fqdn": name})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The record set of that name, type and identifier."""
        wanted = inputs or _imported(id)
        held = self._held(cloud, wanted)
        if held is None:
            return None
        return {
            **{name: wanted.get(name) for name in self.identity},
            **_described(held),
            "fqdn": absolute(held["Name"]),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """UPSERT."""
        name = self._full_name(cloud, new) or absolute(new["name"])
        change_record(cloud, new["zoneId"], "UPSERT", _record(name, new))
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Route53 wants the record as it is. moto takes all of the same set identifier: others are put back."""
        held = self._held(cloud, state)
        if held is None:
            return
        others = self._sharing(cloud, held, state["zoneId"]) if "SetIdentifier" in held else []
        change_record(cloud, state["zoneId"], "DELETE", held)
        for other in others:
            change_record(cloud, state["zoneId"], "UPSERT", other)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A name, type and identifier stand once in a zone."""
        held = self._held(cloud, inputs)
        return _record_id(inputs, absolute(held["Name"])) if held else None

    def _held(self, cloud: Cloud, inputs: Inputs) -> dict[str, Any] | None:
        name, kind = self._full_name(cloud, inputs), inputs["type"]
        if name is None:
            return None
        page = cloud.client("route53").list_resource_record_sets(
            HostedZoneId=inputs["zoneId"], StartRecordName=name, StartRecordType=kind
        )
        key = (name, kind, inputs.get("setIdentifier") or None)
        return next((record for record in page["ResourceRecordSets"] if _key(record) == key), None)

    def _sharing(self, cloud: Cloud, held: Mapping[str, Any], zone: str) -> list[dict[str, Any]]:
        pages = cloud.client("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
        everything = [record for page in pages for record in page["ResourceRecordSets"]]
        same = (record for record in everything if record.get("SetIdentifier") == held["SetIdentifier"])
        return [record for record in same if _key(record) != _key(held)]

    def _full_name(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names that do not end in the zone's are meant below it; None where there is no such zone."""
        answer = found(lambda: cloud.client("route53").get_hosted_zone(Id=inputs["zoneId"]))
        if answer is None:
            return None
        zone, name = absolute(answer["HostedZone"]["Name"]), absolute(inputs["name"])
        inside = not name or name == zone or name.endswith(f".{zone}")
        return (name or zone) if inside else f"{name}.{zone}"


def _key(record: Mapping[str, Any]) -> tuple[str, str, str | None]:
    return absolute(record["Name"]), record["Type"], record.get("SetIdentifier")


def _record_id(inputs: Inputs, name: str) -> str:
    parts = (inputs["zoneId"], name, inputs["type"], inputs.get("setIdentifier"))
    return "_".join(part for part in parts if part)


def _imported(id: str) -> dict[str, Any]:
    """Names may hold underscores; types are capitals, which no name is."""
    zone, _, rest = id.partition("_")
    words = rest.split("_")
    place = max((number for number, word in enumerate(words) if number and word.isupper()), default=len(words))
    named = {"zoneId": zone, "name": "_".join(words[:place]), "type": "".join(words[place : place + 1])}
    identifier = "_".join(words[place + 1 :])
    return {**named, **({"setIdentifier": identifier} if identifier else {})}


def _record(name: str, inputs: Inputs) -> dict[str, Any]:
    routed = {
        member: block[key]
        for blocks, table in ROUTING.items()
        for block in inputs.get(blocks) or ()
        for key, member in table.items()
    }
    where = [_geolocation(block) for block in inputs.get("geolocationRoutingPolicies") or ()]
    values = [{"Value": _quoted(value, inputs["type"])} for value in inputs.get("records") or ()]
    aliases = [_alias(alias) for alias in inputs.get("aliases") or ()]
    return compact(
        {
            "Name": name,
            "Type": inputs["type"],
            "SetIdentifier": inputs.get("setIdentifier") or None,
            "TTL": inputs.get("ttl"),
            "ResourceRecords": values or None,
            "AliasTarget": aliases[0] if aliases else None,
            "HealthCheckId": inputs.get("healthCheckId") or None,
            "MultiValueAnswer": inputs.get("multivalueAnswerRoutingPolicy") or None,
            "GeoLocation": where[0] if where else None,
            **routed,
        }
    )


def _alias(alias: Mapping[str, Any]) -> dict[str, Any]:
    health = bool(alias.get("evaluateTargetHealth"))
    return {"DNSName": alias["name"], "HostedZoneId": alias["zoneId"], "EvaluateTargetHealth": health}


def _geolocation(block: Mapping[str, Any]) -> dict[str, Any]:
    return {member: block[name] for name, member in GEOLOCATION.items() if block.get(name)}


def _quoted(value: str, kind: str) -> str:
    return f'"{value}"' if kind in {"TXT", "SPF"} and not value.startswith('"') else value


def _described(held: Mapping[str, Any]) -> dict[str, Any]:
    values = [value["Value"] for value in held.get("ResourceRecords", [])]
    alias, where = held.get("AliasTarget"), held.get("GeoLocation", {})
    target = alias and {
        "name": absolute(alias["DNSName"]),
        "zoneId": alias["HostedZoneId"],
        "evaluateTargetHealth": alias["EvaluateTargetHealth"],
    }
    place = {name: where[member] for name, member in GEOLOCATION.items() if member in where}
    routed = {
        blocks: [{name: held[member] for name, member in table.items()}]
        for blocks, table in ROUTING.items()
        if all(member in held for member in table.values())
    }
    return {
        "ttl": held.get("TTL"),
        "records": [value[1:-1] for value in values] if held["Type"] in {"TXT", "SPF"} else values,
        "aliases": [target] if target else [],
        "healthCheckId": held.get("HealthCheckId", ""),
        "multivalueAnswerRoutingPolicy": held.get("MultiValueAnswer", False),
        "geolocationRoutingPolicies": [place] if place else [],
        **{blocks: [] for blocks in ROUTING},
        **routed,
    }


RESOURCES = (Record,)
