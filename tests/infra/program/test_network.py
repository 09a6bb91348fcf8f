"""Sections 2.4 and 8.1: networks, names and what faces the internet, as the engine would make them."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

import pytest

from tests.infra.previewing import UNKNOWN
from tests.infra.program.reading import ABSENT, Planned, Row, said

GROUP, SUBNET, NAT = "ec2/securityGroup:SecurityGroup", "ec2/subnet:Subnet", "ec2/natGateway:NatGateway"
TABLE, ENDPOINT = "ec2/routeTable:RouteTable", "ec2/vpcEndpoint:VpcEndpoint"


@said(
    ("2.4-04", "prod", GROUP, "web", "ingress.0.fromPort", 80),
    ("2.4-04", "prod", GROUP, "web", "ingress.1.fromPort", 443),
    ("2.4-04", "prod", GROUP, "web", "ingress.1.cidrBlocks", ["0.0.0.0/0"]),
    ("2.4-04", "prod", GROUP, "web", "ingress.2", ABSENT),
    ("2.4-05", "prod", GROUP, "app", "ingress.0.cidrBlocks", ABSENT),
    ("2.4-05", "prod", GROUP, "app", "ingress.0.self", True),
    ("2.4-06", "prod", GROUP, "database", "ingress.0.fromPort", 5432),
    ("2.4-06", "prod", GROUP, "database", "ingress.0.toPort", 5432),
    ("2.4-06", "prod", GROUP, "database", "ingress.0.securityGroups", [UNKNOWN]),
    ("2.4-06", "prod", GROUP, "database", "ingress.0.cidrBlocks", ABSENT),
    ("2.4-06", "prod", GROUP, "database", "ingress.1", ABSENT),
    ("8.1-03", "prod", GROUP, "database", "egress", []),
    ("2.4-08", "staging", GROUP, "app", "vpcId", "vpc-given"),
    ("2.4-11", "staging", GROUP, "app", "tags.environment", "staging"),
    ("2.4-15", "dev", GROUP, "app", "ingress.0.cidrBlocks", ["10.20.0.0/16"]),
    ("8.1-20", "dev", GROUP, "database", "ingress.0.cidrBlocks", ABSENT),
    ("2.4-19", "local", "acm/certificate:Certificate", "certificate", "domainName", "local.distronation.test"),
    ("2.4-27", "local", "acm/certificate:Certificate", "certificate", "subjectAlternativeNames", ABSENT),
    ("8.1-10", "local", "apigateway/domainName:DomainName", "api", "securityPolicy", "TLS_1_2"),
    ("2.4-24", "staging", "cloudfront/distribution:Distribution", "content", "enabled", True),
    ("7.2-04", "staging", "cloudfront/distribution:Distribution", "content", "priceClass", "PriceClass_100"),
    ("8.1-10", "staging", "cloudfront/distribution:Distribution", "content",
     "defaultCacheBehavior.viewerProtocolPolicy", "redirect-to-https"),
)  # fmt: skip
def test_value(planned: Planned, row: Row) -> None:
    assert row.found(planned) == row.value


@pytest.mark.parametrize(("statement", "tier"), [("2.4-02", "public"), ("2.4-03", "private")])
def test_production_has_both_kinds_of_subnets_in_two_zones(planned: Planned, statement: str, tier: str) -> None:
    subnets = [each for each in planned("shared").of(SUBNET) if each.inputs["tags"]["tier"] == tier]
    assert sorted(each.inputs["availabilityZone"] for each in subnets) == ["us-east-1a", "us-east-1b"]
    assert not any(each.inputs["mapPublicIpOnLaunch"] for each in subnets)


@pytest.mark.parametrize(("statement", "stack", "count"), [("2.4-07", "shared", 2), ("2.4-16", "dev", 1)])
def test_nat_gateways(planned: Planned, statement: str, stack: str, count: int) -> None:
    assert len(planned(stack).of(NAT)) == count
    private = [each for each in planned(stack).of("ec2/route:Route") if "natGatewayId" in each.inputs]
    assert len(private) == count


@pytest.mark.parametrize("stack", ["staging", "prod"])
@pytest.mark.parametrize("statement", ["2.4-08", "2.4-12", "C-13"])
def test_staging_and_production_make_no_network(planned: Planned, statement: str, stack: str) -> None:
    kinds = ("ec2/vpc:Vpc", SUBNET, NAT, TABLE, "internetGateway:InternetGateway", ENDPOINT)
    assert not [each.name for kind in kinds for each in planned(stack).of(kind)]


@pytest.mark.parametrize("statement", ["2.4-13", "2.4-14", "8.1-17", "8.1-19", "C-43"])
def test_developments_network_is_its_own_and_simpler(planned: Planned, statement: str) -> None:
    assert len(planned("dev").of("ec2/vpc:Vpc")) == 1
    assert len(planned("dev").of(SUBNET)) < len(planned("shared").of(SUBNET))
    assert not [each for each in planned("dev").of(ENDPOINT) if each.inputs["vpcEndpointType"] == "Interface"]


@pytest.mark.parametrize("statement", ["8.1-04"])
def test_production_reaches_services_by_endpoints(planned: Planned, statement: str) -> None:
    found = {each.inputs["serviceName"].rpartition(".")[2] for each in planned("shared").of(ENDPOINT)}
    assert found >= {"s3", "secretsmanager", "ssm", "rds-data", "logs", "sqs"}


@pytest.mark.parametrize("statement", ["8.1-08"])
def test_production_has_a_network_acl_of_its_own_on_each_subnet(planned: Planned, statement: str) -> None:
    acls = planned("shared").of("ec2/networkAcl:NetworkAcl")
    assert sum(len(each.inputs["subnetIds"]) for each in acls) == len(planned("shared").of(SUBNET))


@pytest.mark.parametrize(("statement", "stack"), [("8.1-06", "prod"), ("C-88", "staging")])
def test_each_public_endpoint_has_a_web_acl(planned: Planned, statement: str, stack: str) -> None:
    associated = {each.name for each in planned(stack).of("wafv2/webAclAssociation:WebAclAssociation")}
    assert associated == {"dn", "general", "graphql"}
    distributions = planned(stack).of("cloudfront/distribution:Distribution")
    assert all("webAclId" in each.inputs for each in distributions)


@pytest.mark.parametrize(("statement", "stack"), [("2.4-20", "prod"), ("2.4-28", "dev"), ("C-45", "prod")])
def test_no_distribution_is_made_a_second_time_or_without_need(planned: Planned, statement: str, stack: str) -> None:
    assert not planned(stack).of("cloudfront/distribution:Distribution")


@pytest.mark.parametrize(
    ("statement", "stack"),
    [("2.4-17", "prod"), ("2.4-21", "staging"), ("2.4-22", "staging"), ("2.4-25", "dev"), ("2.4-26", "dev")],
)
def test_no_record_zone_or_certificate_is_made_for_names_that_nobody_gave(
    planned: Planned, statement: str, stack: str
) -> None:
    kinds = ("route53/record:Record", "route53/zone:Zone", "acm/certificate:Certificate")
    assert not [each.name for kind in kinds for each in planned(stack).of(kind)]


@pytest.mark.parametrize("stack", ["staging", "prod"])
@pytest.mark.parametrize("statement", ["2.4-09"])
def test_no_rule_of_one_environment_names_another(planned: Planned, statement: str, stack: str) -> None:
    """Groups are admitted by reference, and a reference to a foreign group would be a known id."""
    for group in planned(stack).of(GROUP):
        for rule in group.inputs["ingress"]:
            assert set(rule.get("securityGroups", [])) <= {UNKNOWN}
            assert rule.get("cidrBlocks", ["0.0.0.0/0"]) == ["0.0.0.0/0"]
