"""Systems Manager: parameters (the feature flags and the non-secret configuration)."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, json_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.tags import tag_changes, tag_list, tag_map


def _settings(inputs: Inputs) -> dict[str, Any]:
    return compact(
        {
            "Name": inputs["name"],
            "Type": inputs["type"],
            "Value": inputs.get("value", inputs.get("insecureValue")),
            "Description": inputs.get("description"),
            "KeyId": inputs.get("keyId"),
            "AllowedPattern": inputs.get("allowedPattern"),
            "DataType": inputs.get("dataType"),
            "Tier": inputs.get("tier"),
        }
    )


class Parameter(Resource):
    """A parameter; its value is a secret unless it is given as `insecureValue`, as in pulumi-aws."""

    type = "aws:ssm/parameter:Parameter"
    service = "ssm"
    name = "name"
    volatile = ("version",)
    properties: ClassVar = {
        "name": Property(replace=True),
        "type": Property(),
        "value": Property(secret=True, computed=True),
        "insecureValue": Property(computed=True),
        "description": Property(),
        "keyId": Property(computed=True),
        "allowedPattern": Property(),
        "dataType": Property(default="text"),
        "tier": Property(default="Standard"),
        "policies": recorded("parameter policies expire parameters; LocalStack keeps none", same=json_equal),
        "overwrite": recorded("an option of the provider, not of the parameter"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call; tags come with it."""
        ssm = cloud.client("ssm", inputs.get("region"))
        tags = {"Tags": tag_list(inputs["tags"])} if inputs.get("tags") else {}
        answer = ssm.put_parameter(**_settings(inputs), **tags)
        return Created(inputs["name"], self._computed(cloud, inputs["name"], inputs, answer["Version"]))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The newest version, decrypted, and the tags.

        DescribeParameters knows as much, but the emulators go through all parameters to find one: reading back
        thousands took the square of that.
        """
        ssm = cloud.client("ssm", inputs.get("region"))
        pages = ssm.get_paginator("get_parameter_history").paginate(Name=id, WithDecryption=True)
        versions = found(lambda: [each for page in pages for each in page["Parameters"]])
        if not versions:
            return None
        newest = max(versions, key=lambda each: int(each["Version"]))
        about = self._described(ssm, id) if "allowedPattern" in inputs else {}
        tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=id)["TagList"]
        return self._held(cloud, id, inputs, newest | about) | {"tags": tag_map(tags)}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Overwrite the value, then mend the tags (PutParameter refuses them with Overwrite)."""
        ssm = cloud.client("ssm", new.get("region"))
        answer = ssm.put_parameter(**_settings(new) | {"Description": new.get("description", "")}, Overwrite=True)
        added, removed = tag_changes(old, new)
        if added:
            ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId=id, Tags=tag_list(added))
        if removed:
            ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId=id, TagKeys=removed)
        return self._computed(cloud, id, new, answer["Version"])

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteParameter."""
        with unless_gone():
            cloud.client("ssm", state.get("region")).delete_parameter(Name=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        answer = found(lambda: cloud.client("ssm", inputs.get("region")).get_parameter(Name=inputs["name"]))
        return str(inputs["name"]) if answer else None

    def _computed(self, cloud: Cloud, id: str, inputs: Inputs, version: int) -> dict[str, Any]:
        arn = cloud.arn("ssm", f"parameter/{id.lstrip('/')}", region=inputs.get("region"))
        value = inputs.get("value", inputs.get("insecureValue"))
        return {"arn": arn, "version": version, "value": value}

    def _described(self, ssm: Any, id: str) -> dict[str, Any]:
        """With its pattern, which MiniStack's history of a parameter lacks."""
        about = ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [id]}])["Parameters"]
        return dict(about[0]) if about else {}

    def _held(self, cloud: Cloud, id: str, inputs: Inputs, parameter: Any) -> dict[str, Any]:
        value = parameter["Value"]
        return {
            **self._computed(cloud, id, {**inputs, "value": value}, parameter["Version"]),
            "name": id,  # the history of one without a slash is told with one
            "type": parameter["Type"],
            "insecureValue": value if "insecureValue" in inputs else None,
            "description": parameter.get("Description"),
            "keyId": parameter.get("KeyId"),
            "allowedPattern": parameter.get("AllowedPattern"),
            "dataType": parameter.get("DataType", "text"),
            "tier": parameter.get("Tier", "Standard"),
        }


RESOURCES = (Parameter,)
