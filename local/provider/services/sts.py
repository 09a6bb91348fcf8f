"""Functions that tell where a program runs; the sandbox's account and region are known without a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.provider.cloud import Cloud


def get_caller_identity(cloud: Cloud, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """`aws.get_caller_identity`, asked of the emulator: it says which account the clients' credentials are."""
    held = cloud.client("sts").get_caller_identity()
    return {"accountId": held["Account"], "arn": held["Arn"], "userId": held["UserId"], "id": held["Account"]}


def get_region(cloud: Cloud, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`aws.get_region`."""
    region = arguments.get("region") or arguments.get("name") or cloud.region
    endpoint = f"ec2.{region}.amazonaws.com"
    return {"region": region, "name": region, "id": region, "endpoint": endpoint, "description": region}


def get_partition(_: Cloud, __: Mapping[str, Any]) -> Mapping[str, Any]:
    """`aws.get_partition`."""
    return {"partition": "aws", "id": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


INVOKES = {
    "aws:index/getCallerIdentity:getCallerIdentity": get_caller_identity,
    "aws:index/getRegion:getRegion": get_region,
    "aws:index/getPartition:getPartition": get_partition,
}
