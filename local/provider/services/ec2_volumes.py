"""EC2 volumes, their attachments, and encryption by default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import compact
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.services.ec2_base import Ec2
from local.provider.spelling import moment
from local.provider.tags import tag_map

FIXED = {
    "availabilityZone": "AvailabilityZone",
    "encrypted": "Encrypted",
    "kmsKeyId": "KmsKeyId",
    "snapshotId": "SnapshotId",
    "multiAttachEnabled": "MultiAttachEnabled",
}
CHANGEABLE = {"size": "Size", "type": "VolumeType", "iops": "Iops", "throughput": "Throughput"}

OPTION = "an option of the operation, not of the volume"


class Volume(Ec2):
    """A volume."""

    type = "aws:ebs/volume:Volume"
    kind = "volume"
    look_up = ("describe_volumes", "VolumeIds", "Volumes")
    properties: ClassVar = {
        **dict.fromkeys(FIXED, Property(replace=True, computed=True)),
        **dict.fromkeys(CHANGEABLE, Property(computed=True)),
        "finalSnapshot": recorded(OPTION),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        arguments = compact({key: inputs.get(name) for name, key in {**FIXED, **CHANGEABLE}.items()})
        held = self.ec2(cloud, inputs).create_volume(**arguments, **self.tagged(inputs))
        return Created(held["VolumeId"], self._computed(cloud, held, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        held = self.held(cloud, id, inputs)
        return held and {
            **{name: held.get(key) for name, key in {**FIXED, **CHANGEABLE}.items()},
            "tags": tag_map(held.get("Tags")),
            **self._computed(cloud, held, inputs),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """ModifyVolume, then tags."""
        change = {key: new[name] for name, key in CHANGEABLE.items() if new.get(name) and new[name] != old.get(name)}
        if change:
            self.ec2(cloud, new).modify_volume(VolumeId=id, **change)
        return super().update(cloud, id, old, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """With a last snapshot where the program wants one."""
        ec2 = self.ec2(cloud, state)
        with unless_gone():
            if state.get("finalSnapshot"):
                ec2.create_snapshot(VolumeId=id)
            ec2.delete_volume(VolumeId=id)

    def _computed(self, cloud: Cloud, held: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
        return {"arn": self.arn(cloud, held["VolumeId"], inputs), "createTime": moment(held["CreateTime"])}


class VolumeAttachment(Ec2):
    """A volume at an instance; its id is made of device, volume and instance."""

    type = "aws:ec2/volumeAttachment:VolumeAttachment"
    kind = "volume-attachment"
    look_up = Volume.look_up
    identity = ("volumeId", "instanceId")
    properties: ClassVar = {
        "deviceName": Property(replace=True),
        "instanceId": Property(replace=True),
        "volumeId": Property(replace=True),
        "forceDetach": recorded(OPTION),
        "skipDestroy": recorded(OPTION),
        "stopInstanceBeforeDetaching": recorded(OPTION),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        device, volume, instance = inputs["deviceName"], inputs["volumeId"], inputs["instanceId"]
        self.ec2(cloud, inputs).attach_volume(Device=device, VolumeId=volume, InstanceId=instance)
        return Created(f"{device}:{volume}:{instance}")

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The volume's description."""
        _, volume, instance = id.rsplit(":", 2)
        held = self.held(cloud, volume, inputs)
        lines = (line for line in (held or {}).get("Attachments", []) if line["InstanceId"] == instance)
        line = next(lines, None)
        return line and {"deviceName": line["Device"], "instanceId": instance, "volumeId": volume}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DetachVolume, unless the program wants it to stay."""
        _, volume, instance = id.rsplit(":", 2)
        if not state.get("skipDestroy") and self.read(cloud, id, state) is not None:
            with unless_gone("IncorrectState"):
                self.ec2(cloud, state).detach_volume(VolumeId=volume, InstanceId=instance)


class EncryptionByDefault(Resource):
    """Whether new volumes are encrypted; one an account and region."""

    type = "aws:ebs/encryptionByDefault:EncryptionByDefault"
    service = "ec2"
    identity = ("region",)
    properties: ClassVar = {"enabled": Property(default=True)}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Set it."""
        self.update(cloud, "", {}, inputs)
        return Created(inputs.get("region") or cloud.region)

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """It is always there."""
        answer = cloud.client("ec2", inputs.get("region")).get_ebs_encryption_by_default()
        return {"enabled": answer["EbsEncryptionByDefault"]}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Switch it."""
        ec2 = cloud.client("ec2", new.get("region"))
        (ec2.enable_ebs_encryption_by_default if new["enabled"] else ec2.disable_ebs_encryption_by_default)()
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """AWS's own default is off."""
        cloud.client("ec2", state.get("region")).disable_ebs_encryption_by_default()


RESOURCES = (Volume, VolumeAttachment, EncryptionByDefault)
