"""EC2: what an instance is started with, from its template and from the program."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from local.provider.cloud import Cloud
from local.provider.properties import compact
from local.provider.resource import Inputs
from local.provider.services.companion import image
from local.provider.services.ec2_templates import TEMPLATE, own_data

ROOT = "/dev/xvda"
"""The root device where neither the program nor the image names one."""

DISK = {
    "deleteOnTermination": "DeleteOnTermination",
    "encrypted": "Encrypted",
    "iops": "Iops",
    "kmsKeyId": "KmsKeyId",
    "snapshotId": "SnapshotId",
    "throughput": "Throughput",
    "volumeSize": "VolumeSize",
    "volumeType": "VolumeType",
}
"""A volume that is made with the instance."""

PLAIN = {
    "instanceType": "InstanceType",
    "keyName": "KeyName",
    "subnetId": "SubnetId",
    "privateIp": "PrivateIpAddress",
    "ebsOptimized": "EbsOptimized",
    "instanceInitiatedShutdownBehavior": "InstanceInitiatedShutdownBehavior",
}
"""What RunInstances takes as it is."""


def launched(cloud: Cloud, template: Mapping[str, Any] | None, inputs: Inputs) -> dict[str, Any]:
    """A template's data as arguments of RunInstances: moto would heed only some of them."""
    held = {} if template is None else own_data(template["LaunchTemplateData"])
    arguments = {key: value for key, value in held.items() if key != "TagSpecifications"}
    if "ImageId" in arguments:
        arguments["ImageId"] = image(cloud, arguments["ImageId"], inputs.get("region"))
    return arguments


def own_arguments(cloud: Cloud, inputs: Inputs) -> dict[str, Any]:
    """What the program says about the instance itself."""
    profile, market = inputs.get("iamInstanceProfile"), inputs.get("instanceMarketOptions")
    zone = inputs.get("availabilityZone")
    return compact(
        {
            **{argument: inputs.get(name) for name, argument in PLAIN.items()},
            "ImageId": image(cloud, inputs["ami"], inputs.get("region")) if inputs.get("ami") else None,
            "SecurityGroupIds": inputs.get("vpcSecurityGroupIds") or None,
            "IamInstanceProfile": {"Name": profile.rpartition("/")[2]} if profile else None,
            "Monitoring": {"Enabled": inputs["monitoring"]} if inputs.get("monitoring") is not None else None,
            "MetadataOptions": TEMPLATE.to_aws(inputs.get("metadataOptions")),
            "InstanceMarketOptions": TEMPLATE.to_aws(market) if market else None,
            "CreditSpecification": TEMPLATE.to_aws(inputs.get("creditSpecification")),
            "Placement": {"AvailabilityZone": zone} if zone else None,
            "BlockDeviceMappings": _mappings(inputs) or None,
            "UserData": _user_data(inputs),
        }
    )


def _mappings(inputs: Inputs) -> list[dict[str, Any]]:
    root = inputs.get("rootBlockDevice")
    blocks = [{"deviceName": ROOT, **root}] if root else []
    blocks += inputs.get("ebsBlockDevices") or []
    return [
        {"DeviceName": block["deviceName"], "Ebs": compact({key: block.get(name) for name, key in DISK.items()})}
        for block in blocks
    ]


def _user_data(inputs: Inputs) -> str | None:
    """boto3 encodes it once more."""
    if inputs.get("userDataBase64"):
        return base64.b64decode(inputs["userDataBase64"]).decode()
    return inputs.get("userData") or None
