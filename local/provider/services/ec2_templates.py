"""EC2 launch templates: what instances are started with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property
from local.provider.services.ec2_base import Ec2, changed
from local.provider.spelling import Spelling
from local.provider.tags import tag_map

TEMPLATE = Spelling(
    {
        "vpcSecurityGroupIds": "SecurityGroupIds",
        "securityGroupNames": "SecurityGroups",
        "enableResourceNameDnsAaaaRecord": "EnableResourceNameDnsAAAARecord",
        "memoryMib": "MemoryMiB",
        "vcpuCount": "VCpuCount",
        "memoryGibPerVcpu": "MemoryGiBPerVCpu",
        "acceleratorTotalMemoryMib": "AcceleratorTotalMemoryMiB",
        "totalLocalStorageGb": "TotalLocalStorageGB",
    }
)
"""EC2's spelling of a template's data; members that it does not know are refused by boto3, by name."""

DATA = (
    "blockDeviceMappings",
    "capacityReservationSpecification",
    "cpuOptions",
    "creditSpecification",
    "disableApiStop",
    "disableApiTermination",
    "ebsOptimized",
    "enclaveOptions",
    "hibernationOptions",
    "iamInstanceProfile",
    "imageId",
    "instanceInitiatedShutdownBehavior",
    "instanceMarketOptions",
    "instanceRequirements",
    "instanceType",
    "kernelId",
    "keyName",
    "maintenanceOptions",
    "metadataOptions",
    "monitoring",
    "networkInterfaces",
    "placement",
    "privateDnsNameOptions",
    "ramDiskId",
    "securityGroupNames",
    "tagSpecifications",
    "userData",
    "vpcSecurityGroupIds",
)

FLAGS = {"true": True, "false": False}


def switched(value: Any) -> Any:
    """pulumi-aws writes some switches of a template as text."""
    if isinstance(value, Mapping):
        return {key: member if key == "tags" else switched(member) for key, member in value.items()}
    if isinstance(value, list):
        return [switched(member) for member in value]
    return FLAGS.get(value, value) if isinstance(value, str) else value


def same_data(actual: Any, recorded: Any) -> bool:
    """The same, whether switches are text or not."""
    return equal(switched(actual), switched(recorded))


class LaunchTemplate(Ec2):
    """A template; each change of its data is another version."""

    type = "aws:ec2/launchTemplate:LaunchTemplate"
    kind = "launch-template"
    look_up = ("describe_launch_templates", "LaunchTemplateIds", "LaunchTemplates")
    name = "name"
    volatile = ("latestVersion", "defaultVersion")
    properties: ClassVar = {
        "name": Property(replace=True),
        "description": Property(),
        "defaultVersion": Property(computed=True),
        "updateDefaultVersion": Property(computed=True),
        **dict.fromkeys(DATA, Property(same=same_data)),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        answer = self.ec2(cloud, inputs).create_launch_template(
            LaunchTemplateName=inputs["name"],
            LaunchTemplateData=data(inputs),
            **_described(inputs),
            **self.tagged(inputs),
        )
        held = answer["LaunchTemplate"]
        return Created(held["LaunchTemplateId"], self._computed(cloud, held, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The template, its latest version, and its tags: its own description has the first ones for ever."""
        held, version = self.held(cloud, id, inputs), latest(self.ec2(cloud, inputs), id)
        if held is None or version is None:
            return None
        values = dict(TEMPLATE.from_aws(own_data(version["LaunchTemplateData"])))
        return {
            **dict.fromkeys(DATA),
            **values,
            "name": held["LaunchTemplateName"],
            "description": version.get("VersionDescription", ""),
            "tags": tag_map(
                self.ec2(cloud, inputs).describe_tags(Filters=[{"Name": "resource-id", "Values": [id]}])["Tags"]
            ),
            "updateDefaultVersion": inputs.get("updateDefaultVersion"),
            **self._computed(cloud, held, inputs),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Another version, which is the default one where the program says so; tags."""
        ec2 = self.ec2(cloud, new)
        if data(old) != data(new) or changed(old, new, "description"):
            answer = ec2.create_launch_template_version(
                LaunchTemplateId=id, LaunchTemplateData=data(new), **_described(new)
            )
            number = answer["LaunchTemplateVersion"]["VersionNumber"]
            self._default(ec2, id, number if new.get("updateDefaultVersion") else new.get("defaultVersion"))
        elif changed(old, new, "defaultVersion"):
            self._default(ec2, id, new.get("defaultVersion"))
        self.retag(cloud, id, old, new)
        return self._computed(cloud, self.held(cloud, id, new) or {}, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteLaunchTemplate."""
        with unless_gone():
            self.ec2(cloud, state).delete_launch_template(LaunchTemplateId=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        ec2 = self.ec2(cloud, inputs)
        answer = found(lambda: ec2.describe_launch_templates(LaunchTemplateNames=[inputs["name"]]))
        return next((str(each["LaunchTemplateId"]) for each in (answer or {}).get("LaunchTemplates", [])), None)

    def _default(self, ec2: Any, id: str, version: int | None) -> None:
        if version is not None:
            ec2.modify_launch_template(LaunchTemplateId=id, DefaultVersion=str(version))

    def _computed(self, cloud: Cloud, held: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
        return {
            "arn": self.arn(cloud, held["LaunchTemplateId"], inputs),
            "latestVersion": held["LatestVersionNumber"],
            "defaultVersion": held["DefaultVersionNumber"],
        }


def data(inputs: Inputs) -> dict[str, Any]:
    """What instances are started with, as EC2 takes it."""
    return dict(TEMPLATE.to_aws({name: switched(inputs[name]) for name in DATA if inputs.get(name) is not None}))


def latest(ec2: Any, id: str, version: str = "$Latest") -> dict[str, Any] | None:
    """A version of a template."""
    answer = found(lambda: ec2.describe_launch_template_versions(LaunchTemplateId=id, Versions=[version]))
    return next(iter((answer or {}).get("LaunchTemplateVersions", [])), None)


def _described(inputs: Inputs) -> dict[str, str]:
    return compact({"VersionDescription": inputs.get("description") or None})


def own_data(held: Mapping[str, Any]) -> dict[str, Any]:
    """A version's data without the template's own tags, which moto adds to those of what is started with it."""
    lists = [each for each in held.get("TagSpecifications", []) if each["ResourceType"] != "launch-template"]
    others = {key: value for key, value in held.items() if key != "TagSpecifications"}
    return {**others, **({"TagSpecifications": lists} if lists else {})}


RESOURCES = (LaunchTemplate,)
