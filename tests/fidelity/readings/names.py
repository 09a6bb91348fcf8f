"""DNS, certificates and distributions (section 2.4)."""

from __future__ import annotations

from typing import Any

from tests.fidelity.table import Reading
from tests.fidelity.world import Things, World, tags


def _records(world: World) -> Things:
    """The addresses of all zones, with the zone that they lie in."""
    route53, found = world.live.aws("route53"), {}
    for zone in route53.list_hosted_zones()["HostedZones"]:
        for row in route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]:
            if row["Type"] == "A":
                target = row.get("AliasTarget", {}).get("DNSName", "")
                found[row["Name"].rstrip(".")] = {"zone": zone["Name"].rstrip("."), "to": target.rstrip(".")}
    return found


def _planned_records(world: World) -> Things:
    zones = [each.inputs["name"] for each in world.inputs.of("route53/zone:Zone")]
    rows = [each.inputs for each in world.inputs.of("route53/record:Record") if each.inputs["type"] == "A"]
    return {row["name"]: {"zone": next((zone for zone in zones if row["name"].endswith(zone)), None)} for row in rows}


def _certificates(world: World) -> Things:
    acm = world.live.aws("acm")
    rows = [acm.describe_certificate(CertificateArn=row["CertificateArn"])["Certificate"]
            for row in acm.list_certificates()["CertificateSummaryList"]]  # fmt: skip
    return {
        row["DomainName"]: {
            "covers": sorted(row["SubjectAlternativeNames"]),
            "status": row["Status"],
            "issuer": row["Type"],
        }
        for row in rows
    }


def _planned_certificates(world: World) -> Things:
    rows = [each.inputs for each in world.inputs.of("acm/certificate:Certificate")]
    return {
        row["domainName"]: {"covers": sorted({row["domainName"], *row.get("subjectAlternativeNames", [])})}
        for row in rows
    }


def _domains(world: World) -> Things:
    rows = world.live.aws("apigateway").get_domain_names()["items"]
    return {row["domainName"]: {"least-tls": row["securityPolicy"]} for row in rows}


def _planned_domains(world: World) -> Things:
    rows = [each.inputs for each in world.inputs.of("apigateway/domainName:DomainName")]
    return {row["domainName"]: {"least-tls": row["securityPolicy"]} for row in rows}


def _fronts(world: World) -> Things:
    """What is in front of each API: nothing, or a distribution."""
    rows = _own_distributions(world)
    apis = [row["name"] for row in world.live.aws("apigateway").get_rest_apis()["items"]]
    return {
        world.short(name): {"distribution": rows[0]["Comment"] if rows else None}
        for name in apis
        if world.prefix in name
    }


def _own_distributions(world: World) -> list[Any]:
    cloudfront = world.live.aws("cloudfront")
    rows = cloudfront.list_distributions()["DistributionList"].get("Items", [])
    told = [(row, tags(cloudfront.list_tags_for_resource(Resource=row["ARN"])["Tags"]["Items"])) for row in rows]
    return [row for row, found in told if found.get("environment") == world.environment]


def _distributions(world: World) -> Things:
    cloudfront = world.live.aws("cloudfront")
    found = [
        cloudfront.get_distribution_config(Id=row["Id"])["DistributionConfig"] for row in _own_distributions(world)
    ]
    return {
        world.short(row["Comment"]): {
            "enabled": row["Enabled"],
            "prices": row["PriceClass"],
            "viewers": row["DefaultCacheBehavior"]["ViewerProtocolPolicy"],
            "caches": row["DefaultCacheBehavior"].get("CachePolicyId"),
            "guarded": bool(row["WebACLId"]),
        }
        for row in found
    }


def _planned_fronts(world: World) -> Things:
    rows: list[Any] = world.inputs.of("cloudfront/distribution:Distribution")
    apis = [each.inputs["name"] for each in world.inputs.of("apigateway/restApi:RestApi")]
    return {world.short(name): {"distribution": rows[0].name if rows else None} for name in apis}


def _planned_distributions(world: World) -> Things:
    return {
        each.name: {
            "enabled": each.inputs["enabled"],
            "prices": each.inputs["priceClass"],
            "viewers": each.inputs["defaultCacheBehavior"]["viewerProtocolPolicy"],
            "caches": each.inputs["defaultCacheBehavior"]["cachePolicyId"],
            "guarded": "webAclId" in each.inputs,
        }
        for each in world.inputs.of("cloudfront/distribution:Distribution")
    }


records = Reading("DNS records", _planned_records, _records)
certificates = Reading("certificates", _planned_certificates, _certificates)
domains = Reading("names of APIs", _planned_domains, _domains)
fronts = Reading("in front of the APIs", _planned_fronts, _fronts)
distributions = Reading("CloudFront distributions", _planned_distributions, _distributions)
