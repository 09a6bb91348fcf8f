"""EC2 instances. moto 5.2.5 keeps them as records; nothing runs."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import declared, equal, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly, recorded
from local.provider.services.companion import shadow_profile
from local.provider.services.ec2_base import Ec2, changed
from local.provider.services.ec2_launching import launched, own_arguments
from local.provider.services.ec2_templates import TEMPLATE, latest, own_data
from local.provider.tags import tag_changes, tag_list, tag_map

LOST = "moto drops it"
FIRST_ONLY = "moto takes it at creation and cannot change it"
OPTION = "an option of the operation, not of the instance"

TEMPLATE_TAG = "aws:ec2launchtemplate:"
"""How EC2 marks what was started from a template."""

CHANGEABLE_DISK = {"volumeSize": "Size", "volumeType": "VolumeType", "iops": "Iops", "throughput": "Throughput"}
"""What ModifyVolume changes."""

ATTRIBUTES = {
    "disableApiTermination": "DisableApiTermination",
    "sourceDestCheck": "SourceDestCheck",
    "instanceType": "InstanceType",
}
"""What ModifyInstanceAttribute changes, one a call."""


def same_template(actual: Any, recorded: Any) -> bool:
    """The same template; `$Latest` and `$Default` mean whatever version it was."""
    one, two = actual or {}, recorded or {}
    versions = [str(side.get("version") or "$Default") for side in (one, two)]
    named = [side.get("id") or side.get("name") for side in (one, two)]
    free = any(version.startswith("$") for version in versions)
    return named[0] == named[1] and (free or versions[0] == versions[1])


class Instance(Ec2):
    """An instance."""

    type = "aws:ec2/instance:Instance"
    kind = "instance"
    look_up = ("describe_instances", "InstanceIds", "Reservations")
    properties: ClassVar = {
        "ami": Property(replace=True, computed=True),
        "instanceType": Property(computed=True),
        "launchTemplate": Property(replace=True, same=same_template),
        "availabilityZone": Property(replace=True, computed=True),
        "subnetId": Property(replace=True, computed=True),
        "privateIp": Property(replace=True, computed=True),
        "vpcSecurityGroupIds": Property(same=set_equal, computed=True),
        "keyName": Property(replace=True, computed=True),
        "iamInstanceProfile": Property(replace=True, computed=True),
        # moto takes them at creation and cannot change them.
        "monitoring": Property(replace=True, computed=True),
        "ebsOptimized": Property(replace=True, computed=True),
        "metadataOptions": Property(same=declared, computed=True),
        "sourceDestCheck": Property(default=True),
        "disableApiTermination": Property(default=False),
        "instanceInitiatedShutdownBehavior": recorded(FIRST_ONLY, computed=True),
        "userData": Property(replace=True),
        "userDataBase64": Property(replace=True),
        "userDataReplaceOnChange": recorded("another script always means another instance here"),
        "instanceMarketOptions": Property(replace=True),
        "instanceMarketOptions.spotOptions": recorded(LOST),
        "rootBlockDevice": Property(computed=True),
        "rootBlockDevice.throughput": recorded("moto drops it where the volume is made with an instance"),
        "rootBlockDevice.kmsKeyId": recorded("moto shows a key of its own"),
        "rootBlockDevice.tags": recorded("they count among volumeTags"),
        "ebsBlockDevices": recorded(
            "moto tells its volumes apart by no name of the program's", replace=True, same=set_equal
        ),
        "volumeTags": Property(same=equal, computed=True),
        "associatePublicIpAddress": recorded("moto's subnets decide", replace=True, computed=True),
        "creditSpecification": recorded(FIRST_ONLY, computed=True),
        "cpuOptions": recorded(LOST, replace=True, computed=True),
        "tenancy": recorded(LOST, replace=True, computed=True),
        "placementGroup": recorded(LOST, replace=True, computed=True),
        "disableApiStop": recorded(LOST, computed=True),
        "maintenanceOptions": recorded(LOST, computed=True),
        "privateDnsNameOptions": recorded(LOST, computed=True),
        "enclaveOptions": recorded(LOST, replace=True, computed=True),
        "hibernation": recorded(LOST, replace=True),
        "forceDestroy": recorded(OPTION),
        "getPasswordData": recorded(OPTION),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """What its template and the program say, in one call; then the attributes that moto takes only later."""
        template = self._template(cloud, inputs)
        arguments = {**launched(cloud, template, inputs), **own_arguments(cloud, inputs)}
        if arguments.get("IamInstanceProfile", {}).get("Name"):
            shadow_profile(cloud, arguments["IamInstanceProfile"]["Name"])
        tags = self._tag_specifications(template, inputs)
        answer = self.ec2(cloud, inputs).run_instances(MinCount=1, MaxCount=1, TagSpecifications=tags, **arguments)
        id = answer["Instances"][0]["InstanceId"]
        with partly(id):
            self._attributes(cloud, id, {"sourceDestCheck": True, "disableApiTermination": False}, inputs)
            held = self._instance(cloud, id, inputs) or {}
            return Created(id, self._computed(cloud, held, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The description, and what only other calls tell where the program says something about it."""
        held = self._instance(cloud, id, inputs)
        return held and {
            **self._described(held),
            **self._more(cloud, id, held, inputs),
            **self._computed(cloud, held, inputs),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Attributes, groups, metadata options, the root volume, tags."""
        ec2 = self.ec2(cloud, new)
        self._attributes(cloud, id, old, new)
        if new.get("vpcSecurityGroupIds") and changed(old, new, "vpcSecurityGroupIds"):
            ec2.modify_instance_attribute(InstanceId=id, Groups=list(new["vpcSecurityGroupIds"]))
        if new.get("metadataOptions") and changed(old, new, "metadataOptions"):
            ec2.modify_instance_metadata_options(InstanceId=id, **TEMPLATE.to_aws(new["metadataOptions"]))
        if changed(old, new, "rootBlockDevice", "volumeTags"):
            self._volumes(cloud, id, old, new)
        return super().update(cloud, id, old, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """TerminateInstances; EC2 refuses where termination is disabled, as the program asked."""
        with unless_gone():
            self.ec2(cloud, state).terminate_instances(InstanceIds=[id])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """By its tags; EC2 describes instances by reservations."""
        tags = {**(inputs.get("tags") or {})}
        filters = {f"tag:{name}": value for name, value in tags.items()} | {"instance-state-name": "running"}
        reservation = self.first(cloud, inputs, filters) if "Name" in tags else None
        return str(reservation["Instances"][0]["InstanceId"]) if reservation else None

    def _instance(self, cloud: Cloud, id: str, inputs: Inputs) -> dict[str, Any] | None:
        reservation = self.held(cloud, id, inputs)
        held = reservation["Instances"][0] if reservation else None
        return held if held and held["State"]["Name"] not in {"terminated", "shutting-down"} else None

    def _template(self, cloud: Cloud, inputs: Inputs) -> dict[str, Any] | None:
        """The version of the template that the instance is started with."""
        wanted = inputs.get("launchTemplate")
        if not wanted:
            return None
        ec2 = self.ec2(cloud, inputs)
        id = (
            wanted.get("id")
            or ec2.describe_launch_templates(LaunchTemplateNames=[wanted["name"]])["LaunchTemplates"][0][
                "LaunchTemplateId"
            ]
        )
        return latest(ec2, id, str(wanted.get("version") or "$Default"))

    def _tag_specifications(self, template: Mapping[str, Any] | None, inputs: Inputs) -> list[dict[str, Any]]:
        marks = (
            {} if template is None else {"id": template["LaunchTemplateId"], "version": str(template["VersionNumber"])}
        )
        tags = {**(inputs.get("tags") or {}), **{f"{TEMPLATE_TAG}{name}": value for name, value in marks.items()}}
        of_volumes = (inputs.get("rootBlockDevice") or {}).get("tags") or inputs.get("volumeTags") or {}
        lists = [] if template is None else own_data(template["LaunchTemplateData"]).get("TagSpecifications", [])
        inherited = {each["ResourceType"]: tag_map(each["Tags"]) for each in lists}
        wanted = {
            "instance": {**inherited.get("instance", {}), **tags},
            "volume": {**inherited.get("volume", {}), **of_volumes},
        }
        return [{"ResourceType": kind, "Tags": tag_list(each)} for kind, each in wanted.items() if each]

    def _attributes(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> None:
        ec2 = self.ec2(cloud, new)
        for name, argument in ATTRIBUTES.items():
            if name in old and new.get(name) is not None and old[name] != new[name]:
                ec2.modify_instance_attribute(InstanceId=id, **{argument: {"Value": new[name]}})

    def _volumes(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> None:
        ec2, before, after = self.ec2(cloud, new), old.get("rootBlockDevice") or {}, new.get("rootBlockDevice") or {}
        volumes = [each["VolumeId"] for each in self._disks(cloud, id, new)]
        change = {
            key: after[name]
            for name, key in CHANGEABLE_DISK.items()
            if after.get(name) and after[name] != before.get(name)
        }
        if volumes and change:
            ec2.modify_volume(VolumeId=volumes[0], **change)
        added, removed = tag_changes({"tags": old.get("volumeTags")}, {"tags": new.get("volumeTags")})
        if volumes and added:
            ec2.create_tags(Resources=volumes, Tags=tag_list(added))
        if volumes and removed:
            ec2.delete_tags(Resources=volumes, Tags=[{"Key": name} for name in removed])

    def _disks(self, cloud: Cloud, id: str, inputs: Inputs) -> list[dict[str, Any]]:
        """The instance's volumes, that of the root device first."""
        attached = {"Name": "attachment.instance-id", "Values": [id]}
        return list(self.ec2(cloud, inputs).describe_volumes(Filters=[attached])["Volumes"])

    def _described(self, held: Mapping[str, Any]) -> dict[str, Any]:
        card: dict[str, Any] = next(iter(held.get("NetworkInterfaces", [])), {})
        marks = {tag["Key"]: tag["Value"] for tag in held.get("Tags", [])}
        template = {"id": marks.get(f"{TEMPLATE_TAG}id", ""), "version": marks.get(f"{TEMPLATE_TAG}version", "")}
        return {
            "ami": held["ImageId"],
            "instanceType": held["InstanceType"],
            "launchTemplate": template if template["id"] else {},
            "keyName": held.get("KeyName", ""),
            "subnetId": held.get("SubnetId", ""),
            "vpcSecurityGroupIds": [group["GroupId"] for group in held.get("SecurityGroups") or card.get("Groups", [])],
            "iamInstanceProfile": held.get("IamInstanceProfile", {}).get("Arn", "").rpartition("/")[2],
            "monitoring": held["Monitoring"]["State"] == "enabled",
            "ebsOptimized": held.get("EbsOptimized", False),
            "metadataOptions": {
                name: value for name, value in TEMPLATE.from_aws(held["MetadataOptions"]).items() if name != "state"
            },
            "sourceDestCheck": held.get("SourceDestCheck", True),
            "instanceMarketOptions": {"marketType": "spot"} if held.get("InstanceLifecycle") == "spot" else {},
            "tags": tag_map(held.get("Tags")),
        }

    def _more(self, cloud: Cloud, id: str, held: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
        values: dict[str, Any] = {"disableApiTermination": inputs.get("disableApiTermination", False)}
        if inputs.get("disableApiTermination"):
            values["disableApiTermination"] = self._attribute(cloud, id, "disableApiTermination", inputs)
        if inputs.get("userData") or inputs.get("userDataBase64"):
            text = self._attribute(cloud, id, "userData", inputs) or ""
            values |= (
                {"userDataBase64": text}
                if inputs.get("userDataBase64")
                else {"userData": base64.b64decode(text).decode()}
            )
        if inputs.get("rootBlockDevice") or inputs.get("volumeTags"):
            values |= self._root(cloud, id, held, inputs)
        return values

    def _attribute(self, cloud: Cloud, id: str, name: str, inputs: Inputs) -> Any:
        answer = self.ec2(cloud, inputs).describe_instance_attribute(InstanceId=id, Attribute=name)
        return answer.get(name[:1].upper() + name[1:], {}).get("Value")

    def _root(self, cloud: Cloud, id: str, held: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
        disk = next(iter(self._disks(cloud, id, inputs)), {})
        wanted = inputs.get("rootBlockDevice") or {}
        mapped: dict[str, Any] = next(iter(held.get("BlockDeviceMappings", [])), {"Ebs": {}})
        found_disk = {
            "volumeSize": disk.get("Size"),
            "volumeType": disk.get("VolumeType"),
            "iops": disk.get("Iops"),
            "encrypted": disk.get("Encrypted"),
            "deleteOnTermination": mapped["Ebs"].get("DeleteOnTermination"),
        }
        root = {name: value for name, value in found_disk.items() if name in wanted}
        return {"rootBlockDevice": root, "volumeTags": tag_map(disk.get("Tags"))}

    def _computed(self, cloud: Cloud, held: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
        card: dict[str, Any] = next(iter(held.get("NetworkInterfaces", [])), {})
        return {
            "arn": self.arn(cloud, held["InstanceId"], inputs),
            "instanceState": held["State"]["Name"],
            "instanceLifecycle": held.get("InstanceLifecycle", ""),
            "availabilityZone": held["Placement"]["AvailabilityZone"],
            "privateIp": held.get("PrivateIpAddress", ""),
            "privateDns": held.get("PrivateDnsName", ""),
            "publicIp": held.get("PublicIpAddress", ""),
            "publicDns": held.get("PublicDnsName", ""),
            "primaryNetworkInterfaceId": card.get("NetworkInterfaceId", ""),
        }


RESOURCES = (Instance,)
