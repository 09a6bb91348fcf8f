"""moto's own IAM, S3 and SSM. It looks things up there that really lie in the main emulator."""

from __future__ import annotations

from functools import cache
from typing import Any

from local.provider.clients import connect
from local.provider.cloud import Cloud
from local.provider.errors import found


def companion(cloud: Cloud, service: str, region: str | None = None) -> Any:
    """A client for a service that moto serves beside the main emulator."""
    return _client(cloud.endpoint("ec2"), service, region or cloud.region, cloud.account)


@cache
def _client(endpoint: str, service: str, region: str, account: str) -> Any:
    return connect(service, endpoint, region=region, account=account, pool=8)


def shadow_bucket(cloud: Cloud, name: str) -> None:
    """A bucket of that name, for trails."""
    s3 = companion(cloud, "s3")
    if found(lambda: s3.head_bucket(Bucket=name)) is None:
        place = (
            {} if cloud.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": cloud.region}}
        )
        s3.create_bucket(Bucket=name, **place)


def shadow_profile(cloud: Cloud, name: str) -> None:
    """An instance profile of that name, for instances."""
    iam = companion(cloud, "iam")
    with cloud.lock(f"companion/profile/{name}"):
        if found(lambda: iam.get_instance_profile(InstanceProfileName=name)) is None:
            iam.create_instance_profile(InstanceProfileName=name)


def image(cloud: Cloud, reference: str, region: str | None) -> str:
    """The id of an image; `resolve:ssm:<parameter>` is looked up as EC2 does when an instance starts."""
    prefix = "resolve:ssm:"
    if not reference.startswith(prefix):
        return reference
    name = reference.removeprefix(prefix)
    return str(companion(cloud, "ssm", region).get_parameter(Name=name)["Parameter"]["Value"])
