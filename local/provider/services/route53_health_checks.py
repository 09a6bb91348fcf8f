"""Route53: health checks. Nothing is called in the sandbox."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, partly, recorded
from local.provider.services.route53 import Route53

CHECK = {
    "type": "Type",
    "fqdn": "FullyQualifiedDomainName",
    "ipAddress": "IPAddress",
    "port": "Port",
    "resourcePath": "ResourcePath",
    "searchString": "SearchString",
    "requestInterval": "RequestInterval",
    "failureThreshold": "FailureThreshold",
    "measureLatency": "MeasureLatency",
    "invertHealthcheck": "Inverted",
    "disabled": "Disabled",
    "enableSni": "EnableSNI",
    "childHealthchecks": "ChildHealthChecks",
    "childHealthThreshold": "HealthThreshold",
    "insufficientDataHealthStatus": "InsufficientDataHealthStatus",
}
"""A health check's settings."""

FIXED_CHECK = ("type", "requestInterval", "measureLatency")
"""Settings that Route53 itself cannot change."""


class HealthCheck(Route53):
    """A check of an endpoint; nothing is called in the sandbox."""

    type = "aws:route53/healthCheck:HealthCheck"
    kind = "healthcheck"
    properties: ClassVar = {
        **dict.fromkeys(CHECK, Property(computed=True)),
        **dict.fromkeys(FIXED_CHECK, Property(replace=True, computed=True)),
        "invertHealthcheck": Property(),
        "disabled": Property(),
        "regions": recorded("moto forgets them at the first change", same=set_equal),
        "referenceName": recorded("the first part of the caller's reference; nothing reads it", replace=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The check, then its tags."""
        regions = {"Regions": inputs["regions"]} if inputs.get("regions") else {}
        answer = cloud.client("route53").create_health_check(
            CallerReference=f"{inputs.get('referenceName', '')}{uuid.uuid4()}",
            HealthCheckConfig={**_check(inputs), **regions},
        )
        id = answer["HealthCheck"]["Id"]
        with partly(id):
            self.retag(cloud, id, {}, inputs)
        return Created(id, {"arn": f"arn:aws:route53:::healthcheck/{id}"})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The check and its tags."""
        answer = found(lambda: cloud.client("route53").get_health_check(HealthCheckId=id))
        if answer is None:
            return None
        held = answer["HealthCheck"]["HealthCheckConfig"]
        values = {name: held.get(member) for name, member in CHECK.items()}
        return {**values, "tags": self.tags(cloud, id), "arn": f"arn:aws:route53:::healthcheck/{id}"}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """What changed, then tags."""
        before, after = _check(old), _check(new)
        if change := {key: value for key, value in after.items() if before.get(key) != value}:
            cloud.client("route53").update_health_check(HealthCheckId=id, **change)
        self.retag(cloud, id, old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteHealthCheck."""
        with unless_gone():
            cloud.client("route53").delete_health_check(HealthCheckId=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Checks have no names: one of the same that carries the same tags (not none) is the one."""
        if not inputs.get("tags"):
            return None
        pages = cloud.client("route53").get_paginator("list_health_checks").paginate()
        ids = (str(each["Id"]) for page in pages for each in page["HealthChecks"])
        return next((id for id in ids if self.tags(cloud, id) == inputs["tags"]), None)


def _check(inputs: Inputs) -> dict[str, Any]:
    return compact({member: inputs.get(name) for name, member in CHECK.items()})


RESOURCES = (HealthCheck,)
