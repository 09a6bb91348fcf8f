"""Counts what the emulators hold against what the engine's state says: whatever exists twice shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.acceptance.deployed import NAME, Deployed

Count = Callable[[Callable[[str], Any]], int]


def doubles(deployed: Deployed) -> dict[str, tuple[int, int]]:
    """Type to the numbers in the state and in the emulators, where they differ; every type here is in the state."""
    stated = Counter(each["type"] for each in deployed.project.resources(deployed.name))
    assert [kind for kind in COUNTS if not stated[kind]] == []
    held = {kind: count(deployed.aws) for kind, count in COUNTS.items()}
    return {kind: (stated[kind], held[kind]) for kind in COUNTS if stated[kind] != held[kind]}


def _pages(
    service: str, operation: str, member: str, **arguments: Any
) -> Callable[[Callable[[str], Any]], Sequence[Any]]:
    def read(aws: Callable[[str], Any]) -> Sequence[Any]:
        client = aws(service)
        if not client.can_paginate(operation):
            found: Sequence[Any] = getattr(client, operation)(**arguments)[member]
            return found
        return [each for page in client.get_paginator(operation).paginate(**arguments) for each in page[member]]

    return read


def _count(
    service: str, operation: str, member: str, ours: Callable[[Any], bool] = lambda _: True, **arguments: Any
) -> Count:
    read = _pages(service, operation, member, **arguments)
    return lambda aws: sum(1 for each in read(aws) if ours(each))


def _instances(aws: Callable[[str], Any]) -> int:
    reservations = aws("ec2").describe_instances()["Reservations"]
    states = [each["State"]["Name"] for reservation in reservations for each in reservation["Instances"]]
    return sum(state != "terminated" for state in states)


def _named(each: Any) -> bool:
    return NAME in str(each)


COUNTS: Mapping[str, Count] = {
    "aws:ec2/vpc:Vpc": _count("ec2", "describe_vpcs", "Vpcs", lambda each: not each["IsDefault"]),
    "aws:ec2/subnet:Subnet": _count("ec2", "describe_subnets", "Subnets", lambda each: not each["DefaultForAz"]),
    "aws:ec2/securityGroup:SecurityGroup": _count(
        "ec2", "describe_security_groups", "SecurityGroups", lambda each: each["GroupName"] != "default"
    ),
    "aws:ec2/natGateway:NatGateway": _count(
        "ec2", "describe_nat_gateways", "NatGateways", lambda each: each["State"] == "available"
    ),
    "aws:ec2/eip:Eip": _count("ec2", "describe_addresses", "Addresses"),
    "aws:ec2/internetGateway:InternetGateway": _count("ec2", "describe_internet_gateways", "InternetGateways"),
    "aws:ec2/launchTemplate:LaunchTemplate": _count("ec2", "describe_launch_templates", "LaunchTemplates"),
    "aws:ec2/instance:Instance": _instances,
    "aws:apigateway/restApi:RestApi": _count("apigateway", "get_rest_apis", "items"),
    "aws:apigateway/domainName:DomainName": _count("apigateway", "get_domain_names", "items"),
    "aws:route53/zone:Zone": _count("route53", "list_hosted_zones", "HostedZones"),
    "aws:lambda/function:Function": _count("lambda", "list_functions", "Functions"),
    "aws:lambda/eventSourceMapping:EventSourceMapping": _count(
        "lambda", "list_event_source_mappings", "EventSourceMappings"
    ),
    "aws:sqs/queue:Queue": _count("sqs", "list_queues", "QueueUrls"),
    "aws:sns/topic:Topic": _count("sns", "list_topics", "Topics"),
    "aws:s3/bucket:Bucket": _count("s3", "list_buckets", "Buckets"),
    "aws:ssm/parameter:Parameter": _count("ssm", "describe_parameters", "Parameters"),
    "aws:secretsmanager/secret:Secret": _count(
        "secretsmanager", "list_secrets", "SecretList", lambda each: not each["Name"].startswith("rds!")
    ),
    "aws:iam/role:Role": _count("iam", "list_roles", "Roles", _named),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _count("cloudwatch", "describe_alarms", "MetricAlarms"),
    "aws:scheduler/schedule:Schedule": _count("scheduler", "list_schedules", "Schedules"),
    "aws:rds/cluster:Cluster": _count("rds", "describe_db_clusters", "DBClusters"),
    "aws:rds/clusterInstance:ClusterInstance": _count("rds", "describe_db_instances", "DBInstances"),
    "aws:appsync/graphQLApi:GraphQLApi": _count("appsync", "list_graphql_apis", "graphqlApis"),
    "aws:acm/certificate:Certificate": _count("acm", "list_certificates", "CertificateSummaryList"),
    "aws:cloudtrail/trail:Trail": _count("cloudtrail", "describe_trails", "trailList"),
}
