"""CloudFront's policies, which moto 5.2.5 lacks."""

from __future__ import annotations

from typing import ClassVar

from local.provider.cloud import Cloud
from local.provider.resource import Created, Inputs, Recorded
from local.provider.services.recorded_base import all_recorded, stable_hex, stable_uuid

POLICIES = "moto lacks CloudFront's policies"


class Policy(Recorded):
    """A policy that distributions refer to by its id."""

    reason = POLICIES
    name = "name"
    kind: ClassVar[str]
    """As ARNs spell it: `cache-policy`."""

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """An id that follows from the name."""
        id = stable_uuid(self.kind, cloud.account, inputs["name"])
        arn = cloud.arn("cloudfront", f"{self.kind}/{id}", region="")
        return Created(id, {"arn": arn, "etag": f"E{stable_hex(id, sorted(inputs.items()), length=13).upper()}"})


class CachePolicy(Policy):
    """What makes two requests the same to the cache."""

    type = "aws:cloudfront/cachePolicy:CachePolicy"
    kind = "cache-policy"
    properties: ClassVar = all_recorded(
        POLICIES,
        "parametersInCacheKeyAndForwardedToOrigin",
        "comment",
        "defaultTtl",
        "maxTtl",
        "minTtl",
        fixed=("name",),
    )


class OriginRequestPolicy(Policy):
    """What of a request reaches the origin."""

    type = "aws:cloudfront/originRequestPolicy:OriginRequestPolicy"
    kind = "origin-request-policy"
    properties: ClassVar = all_recorded(
        POLICIES, "cookiesConfig", "headersConfig", "queryStringsConfig", "comment", fixed=("name",)
    )


class ResponseHeadersPolicy(Policy):
    """What is added to responses."""

    type = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
    kind = "response-headers-policy"
    properties: ClassVar = all_recorded(
        POLICIES,
        "corsConfig",
        "customHeadersConfig",
        "removeHeadersConfig",
        "securityHeadersConfig",
        "serverTimingHeadersConfig",
        "comment",
        fixed=("name",),
    )


RESOURCES = (CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy)
