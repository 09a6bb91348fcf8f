"""CloudFront: origin access controls and functions. Nothing is served."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.tags import tag_list, tag_map

CONTROL = {
    "name": "Name",
    "description": "Description",
    "originAccessControlOriginType": "OriginAccessControlOriginType",
    "signingBehavior": "SigningBehavior",
    "signingProtocol": "SigningProtocol",
}


class OriginAccessControl(Resource):
    """How CloudFront signs its requests to an origin."""

    type = "aws:cloudfront/originAccessControl:OriginAccessControl"
    service = "cloudfront"
    name = "name"
    properties: ClassVar = {
        **dict.fromkeys(CONTROL, Property()),
        "name": Property(replace=True),
        "originAccessControlOriginType": Property(replace=True),
        "description": Property(default="Managed by Pulumi"),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        answer = cloud.client("cloudfront").create_origin_access_control(OriginAccessControlConfig=_control(inputs))
        id = answer["OriginAccessControl"]["Id"]
        return Created(id, self._computed(cloud, id, answer["ETag"]))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        answer = found(lambda: cloud.client("cloudfront").get_origin_access_control(Id=id))
        if answer is None:
            return None
        held = answer["OriginAccessControl"]["OriginAccessControlConfig"]
        values = {name: held.get(member, "") for name, member in CONTROL.items()}
        return {**values, **self._computed(cloud, id, answer["ETag"])}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """The whole under its present tag."""
        cloudfront = cloud.client("cloudfront")
        tag = cloudfront.get_origin_access_control(Id=id)["ETag"]
        answer = cloudfront.update_origin_access_control(Id=id, IfMatch=tag, OriginAccessControlConfig=_control(new))
        return {"etag": answer["ETag"]}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteOriginAccessControl."""
        if self.read(cloud, id, state) is not None:
            with unless_gone():
                cloud.client("cloudfront").delete_origin_access_control(Id=id, IfMatch=state.get("etag", ""))

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account."""
        answer = cloud.client("cloudfront").list_origin_access_controls()["OriginAccessControlList"]
        return next((str(each["Id"]) for each in answer.get("Items", []) if each["Name"] == inputs["name"]), None)

    def _computed(self, cloud: Cloud, id: str, tag: str) -> dict[str, Any]:
        return {"etag": tag, "arn": cloud.arn("cloudfront", f"origin-access-control/{id}", region="")}


def _control(inputs: Inputs) -> dict[str, Any]:
    return {member: inputs.get(name) or "" for name, member in CONTROL.items()}


class Function(Resource):
    """Code that would run at the edge; its id is its name."""

    type = "aws:cloudfront/function:Function"
    service = "cloudfront"
    name = "name"
    volatile = ("etag", "liveStageEtag")
    properties: ClassVar = {
        "name": Property(replace=True),
        "runtime": Property(),
        "code": Property(),
        "comment": Property(),
        "publish": recorded("moto has one stage of a function"),
        "keyValueStoreAssociations": recorded("moto drops them", same=set_equal),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        settings = compact({"Comment": inputs.get("comment") or "", "Runtime": inputs["runtime"]})
        tags = {"Tags": {"Items": tag_list(inputs["tags"])}} if inputs.get("tags") else {}
        answer = cloud.client("cloudfront").create_function(
            Name=inputs["name"], FunctionConfig=settings, FunctionCode=inputs["code"].encode(), **tags
        )
        return Created(inputs["name"], self._computed(answer))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Description, code, tags."""
        cloudfront = cloud.client("cloudfront")
        answer = found(lambda: cloudfront.describe_function(Name=id))
        if answer is None:
            return None
        settings = answer["FunctionSummary"]["FunctionConfig"]
        arn = answer["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
        return {
            "name": id,
            "runtime": settings["Runtime"],
            "comment": settings.get("Comment", ""),
            "code": cloudfront.get_function(Name=id)["FunctionCode"].read().decode(),
            "tags": tag_map(cloudfront.list_tags_for_resource(Resource=arn)["Tags"]["Items"]),
            **self._computed(answer),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Made anew under its name: moto has no UpdateFunction."""
        self.delete(cloud, id, new)
        return self.create(cloud, new).outputs

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteFunction."""
        cloudfront = cloud.client("cloudfront")
        with unless_gone():
            cloudfront.delete_function(Name=id, IfMatch=cloudfront.describe_function(Name=id)["ETag"])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account."""
        answer = found(lambda: cloud.client("cloudfront").describe_function(Name=inputs["name"]))
        return str(inputs["name"]) if answer else None

    def _computed(self, answer: dict[str, Any]) -> dict[str, Any]:
        summary = answer["FunctionSummary"]
        tag = answer["ETag"]
        return {
            "arn": summary["FunctionMetadata"]["FunctionARN"],
            "status": summary["Status"],
            "etag": tag,
            "liveStageEtag": tag,
        }


RESOURCES = (OriginAccessControl, Function)
