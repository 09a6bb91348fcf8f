"""EC2: functions that look up images and availability zones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.errors import OperationFailed
from local.provider.cloud import Cloud

Arguments = Mapping[str, Any]


def filters(arguments: Arguments) -> list[dict[str, Any]]:
    """Pulumi's filters as EC2 takes them."""
    return [{"Name": each["name"], "Values": list(each["values"])} for each in arguments.get("filters") or ()]


def get_ami(cloud: Cloud, arguments: Arguments) -> dict[str, Any]:
    """`aws.ec2.get_ami`: one image; OperationFailed for none, and for several unless the newest is asked for."""
    ec2 = cloud.client("ec2", arguments.get("region"))
    owners = {"Owners": list(arguments["owners"])} if arguments.get("owners") else {}
    images = sorted(
        ec2.describe_images(Filters=filters(arguments), **owners)["Images"], key=lambda each: each["CreationDate"]
    )
    if not images or (len(images) > 1 and not arguments.get("mostRecent")):
        raise OperationFailed(f"aws.ec2.get_ami found {len(images)} images; one is wanted, or most_recent=True")
    return {**arguments, **_image(images[-1])}


def _image(held: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": held["ImageId"],
        "imageId": held["ImageId"],
        "arn": f"arn:aws:ec2:us-east-1::image/{held['ImageId']}",
        "architecture": held.get("Architecture", ""),
        "creationDate": held["CreationDate"],
        "description": held.get("Description", ""),
        "name": held.get("Name", ""),
        "ownerId": held.get("OwnerId", ""),
        "rootDeviceName": held.get("RootDeviceName", ""),
        "rootDeviceType": held.get("RootDeviceType", ""),
        "state": held["State"],
        "virtualizationType": held.get("VirtualizationType", ""),
    }


def get_availability_zones(cloud: Cloud, arguments: Arguments) -> dict[str, Any]:
    """`aws.get_availability_zones`."""
    region = arguments.get("region") or cloud.region
    wanted = filters(arguments) + (
        [{"Name": "state", "Values": [arguments["state"]]}] if arguments.get("state") else []
    )
    zones = cloud.client("ec2", region).describe_availability_zones(Filters=wanted)["AvailabilityZones"]
    left_out = set(arguments.get("excludeNames") or ())
    kept = [zone for zone in zones if zone["ZoneName"] not in left_out]
    names, ids = [zone["ZoneName"] for zone in kept], [zone["ZoneId"] for zone in kept]
    return {**arguments, "id": region, "region": region, "names": names, "zoneIds": ids, "groupNames": [region]}


INVOKES = {
    "aws:ec2/getAmi:getAmi": get_ami,
    "aws:index/getAvailabilityZones:getAvailabilityZones": get_availability_zones,
}
