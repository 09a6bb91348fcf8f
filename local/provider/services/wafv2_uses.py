"""WAFv2: what a web ACL protects, and where it logs."""

from __future__ import annotations

from typing import ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, set_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource
from local.provider.services.wafv2 import WAF, same_blocks


class WebAclAssociation(Resource):
    """What a list protects: a stage, an AppSync API, a load balancer. Its id is both ARNs."""

    type = "aws:wafv2/webAclAssociation:WebAclAssociation"
    service = "wafv2"
    identity = ("resourceArn",)
    properties: ClassVar = {"resourceArn": Property(replace=True), "webAclArn": Property(replace=True)}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        acl, resource = inputs["webAclArn"], inputs["resourceArn"]
        cloud.client("wafv2", inputs.get("region")).associate_web_acl(WebACLArn=acl, ResourceArn=resource)
        return Created(f"{acl},{resource}")

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """What protects the resource now."""
        resource = id.partition(",")[2]
        waf = cloud.client("wafv2", inputs.get("region"))
        answer = found(lambda: waf.get_web_acl_for_resource(ResourceArn=resource))
        acl = (answer or {}).get("WebACL")
        return {"resourceArn": resource, "webAclArn": acl["ARN"]} if acl else None

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DisassociateWebACL."""
        with unless_gone():
            waf = cloud.client("wafv2", state.get("region"))
            waf.disassociate_web_acl(ResourceArn=id.partition(",")[2])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A resource has one list."""
        id = f"{inputs['webAclArn']},{inputs['resourceArn']}"
        held = self.read(cloud, id, inputs)
        return f"{held['webAclArn']},{inputs['resourceArn']}" if held else None


class WebAclLoggingConfiguration(Resource):
    """Where a list logs; its id is the list's ARN."""

    type = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
    service = "wafv2"
    identity = ("resourceArn",)
    properties: ClassVar = {
        "resourceArn": Property(replace=True),
        "logDestinationConfigs": Property(same=set_equal),
        "redactedFields": Property(same=same_blocks),
        "loggingFilter": Property(same=same_blocks),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        self.update(cloud, inputs["resourceArn"], {}, inputs)
        return Created(inputs["resourceArn"])

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The configuration; gone with its list."""
        waf = cloud.client("wafv2", _region(id))
        answer = found(lambda: waf.get_logging_configuration(ResourceArn=id))
        if answer is None:
            return None
        held = answer["LoggingConfiguration"]
        return {
            "resourceArn": id,
            "logDestinationConfigs": held["LogDestinationConfigs"],
            "redactedFields": WAF.from_aws(held.get("RedactedFields", [])),
            "loggingFilter": WAF.from_aws(held.get("LoggingFilter")),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutLoggingConfiguration replaces the whole."""
        more = compact(
            {
                "RedactedFields": WAF.to_aws(new.get("redactedFields")) or None,
                "LoggingFilter": WAF.to_aws(new.get("loggingFilter")),
            }
        )
        cloud.client("wafv2", _region(id)).put_logging_configuration(
            LoggingConfiguration={
                "ResourceArn": id,
                "LogDestinationConfigs": list(new["logDestinationConfigs"]),
                **more,
            }
        )
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteLoggingConfiguration."""
        with unless_gone():
            cloud.client("wafv2", _region(id)).delete_logging_configuration(ResourceArn=id)


def _region(arn: str) -> str:
    return arn.split(":")[3]


RESOURCES = (WebAclAssociation, WebAclLoggingConfiguration)
