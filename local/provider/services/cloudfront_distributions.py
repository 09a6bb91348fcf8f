"""CloudFront: distributions. moto 5.2.5 keeps them; nothing is served."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.services.cloudfront_config import CUSTOM_DEFAULTS, ORIGIN_DEFAULTS, SETTINGS, described, document
from local.provider.spelling import moment
from local.provider.tags import tag_changes, tag_list, tag_map

ZONE = "Z2FDTNDATAQYW2"
"""The hosted zone of every distribution, for alias records."""

EDGE = "moto drops functions at the edge"
LOST = "moto drops it"


def same_origins(actual: Any, recorded: Any) -> bool:
    """The same origins in any order, with CloudFront's own time-outs where nothing is said."""
    return set_equal(*([_filled(origin) for origin in side or ()] for side in (actual, recorded)))


def _filled(origin: Mapping[str, Any]) -> dict[str, Any]:
    custom = origin.get("customOriginConfig")
    return {**ORIGIN_DEFAULTS, **origin} | ({"customOriginConfig": {**CUSTOM_DEFAULTS, **custom}} if custom else {})


def same_behaviours(actual: Any, recorded: Any) -> bool:
    """The same behaviours in the same order; methods and names inside are sets."""
    sides = actual or [], recorded or []
    return len(sides[0]) == len(sides[1]) and all(set_equal([one], [two]) for one, two in zip(*sides, strict=True))


def same_behaviour(actual: Any, recorded: Any) -> bool:
    """The same behaviour; methods and names inside are sets."""
    return set_equal([actual or {}], [recorded or {}])


class Distribution(Resource):
    """A distribution."""

    type = "aws:cloudfront/distribution:Distribution"
    service = "cloudfront"
    volatile = ("etag",)
    properties: ClassVar = {
        **dict.fromkeys(SETTINGS, Property()),
        "httpVersion": Property(default="http2"),
        "priceClass": Property(default="PriceClass_All"),
        "isIpv6Enabled": Property(default=False),
        "aliases": Property(same=set_equal),
        "origins": Property(same=same_origins),
        "origins.originAccessControlId": recorded(LOST),
        "origins.s3OriginConfig": recorded(LOST),
        "originGroups": Property(same=set_equal),
        "defaultCacheBehavior": Property(same=same_behaviour),
        "defaultCacheBehavior.functionAssociations": recorded(EDGE),
        "defaultCacheBehavior.lambdaFunctionAssociations": recorded(EDGE),
        "orderedCacheBehaviors": Property(same=same_behaviours),
        "orderedCacheBehaviors.functionAssociations": recorded(EDGE),
        "orderedCacheBehaviors.lambdaFunctionAssociations": recorded(EDGE),
        "customErrorResponses": Property(same=set_equal),
        "loggingConfig": Property(),
        "restrictions": Property(same=same_behaviour),
        "viewerCertificate": Property(),
        "staging": recorded(LOST, replace=True),
        "continuousDeploymentPolicyId": recorded(LOST),
        "retainOnDelete": recorded("an option of the operation, not of the distribution"),
        "waitForDeployment": recorded("an option of the operation, not of the distribution"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        settings = {**document(inputs), "CallerReference": str(uuid.uuid4())}
        answer = cloud.client("cloudfront").create_distribution_with_tags(
            DistributionConfigWithTags={"DistributionConfig": settings, "Tags": {"Items": tag_list(inputs.get("tags"))}}
        )
        return Created(answer["Distribution"]["Id"], _computed(answer))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The distribution and its tags."""
        cloudfront = cloud.client("cloudfront")
        answer = found(lambda: cloudfront.get_distribution(Id=id))
        if answer is None:
            return None
        held, arn = answer["Distribution"]["DistributionConfig"], answer["Distribution"]["ARN"]
        return {
            **described(held, inputs),
            "tags": tag_map(cloudfront.list_tags_for_resource(Resource=arn)["Tags"]["Items"]),
            **_computed(answer),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """The whole under its present tag, then tags."""
        cloudfront = cloud.client("cloudfront")
        answer = cloudfront.get_distribution(Id=id)
        if document(old) != document(new):
            caller = answer["Distribution"]["DistributionConfig"]["CallerReference"]
            settings = {**document(new), "CallerReference": caller}
            answer = cloudfront.update_distribution(Id=id, IfMatch=answer["ETag"], DistributionConfig=settings)
        arn, (added, removed) = answer["Distribution"]["ARN"], tag_changes(old, new)
        if added:
            cloudfront.tag_resource(Resource=arn, Tags={"Items": tag_list(added)})
        if removed:
            cloudfront.untag_resource(Resource=arn, TagKeys={"Items": removed})
        return _computed(answer)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteDistribution; moto does not ask for it to be disabled first."""
        cloudfront = cloud.client("cloudfront")
        with unless_gone():
            cloudfront.delete_distribution(Id=id, IfMatch=cloudfront.get_distribution(Id=id)["ETag"])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """By its comment; a distribution has no name."""
        return _alike(cloud.client("cloudfront"), inputs)


def _alike(cloudfront: Any, inputs: Inputs) -> str | None:
    listed = cloudfront.list_distributions()["DistributionList"].get("Items", [])
    wanted = (each for each in listed if inputs.get("comment") and each["Comment"] == inputs["comment"])
    return next((str(each["Id"]) for each in wanted), None)


def _computed(answer: Mapping[str, Any]) -> dict[str, Any]:
    held = answer["Distribution"]
    return {
        "arn": held["ARN"],
        "domainName": held["DomainName"],
        "hostedZoneId": ZONE,
        "etag": answer["ETag"],
        "status": "Deployed",
        "callerReference": held["DistributionConfig"]["CallerReference"],
        "lastModifiedTime": moment(held["LastModifiedTime"]),
        "inProgressValidationBatches": 0,
    }


RESOURCES = (Distribution,)
