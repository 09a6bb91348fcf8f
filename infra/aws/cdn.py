"""CloudFront in front of the public part of the content bucket (sections 2.4, 7.2 and 8.1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws.scope import Component, Scope
from infra.environment.network import Cdn as CdnSpec

# AWS's own policies, the same in every account.
_CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
_SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"


@dataclass(frozen=True)
class CdnArgs:
    """The bucket, the web ACL, and the name with its certificate where there is one."""

    scope: Scope
    spec: CdnSpec
    bucket: str
    web_acl_arn: pulumi.Input[str] | None
    domain: str | None
    certificate_arn: pulumi.Input[str] | None


class Cdn(Component):
    """A distribution that alone may read the bucket's public files."""

    def __init__(self, name: str, args: CdnArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        access = aws.cloudfront.OriginAccessControl(
            "content",
            name=self.scope.name("content"),
            description=f"Public content of {self.scope.environment}",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self.child(),
        )
        self.distribution = aws.cloudfront.Distribution(
            "content",
            enabled=True,
            comment=self.scope.name("content"),
            is_ipv6_enabled=True,
            http_version="http2and3",
            price_class=args.spec.price_class,
            web_acl_id=args.web_acl_arn,
            aliases=[args.domain] if args.domain else None,
            origins=[self._origin(access)],
            default_cache_behavior=_BEHAVIOR,
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate=self._certificate(),
            tags=self.scope.tags("cdn"),
            opts=self.child(),
        )
        self.register_outputs({"domain": self.distribution.domain_name})

    def _origin(self, access: aws.cloudfront.OriginAccessControl) -> aws.cloudfront.DistributionOriginArgsDict:
        return {
            "origin_id": "content",
            "domain_name": f"{self.args.bucket}.s3.{self.scope.region}.amazonaws.com",
            "origin_path": "/public",
            "origin_access_control_id": access.id,
        }

    def _certificate(self) -> aws.cloudfront.DistributionViewerCertificateArgsDict:
        """Without a name there is CloudFront's own certificate, whose least TLS version nobody can choose."""
        if self.args.certificate_arn is None:
            return {"cloudfront_default_certificate": True}
        return {
            "acm_certificate_arn": self.args.certificate_arn,
            "minimum_protocol_version": self.args.spec.minimum_protocol,
            "ssl_support_method": "sni-only",
        }


_BEHAVIOR: aws.cloudfront.DistributionDefaultCacheBehaviorArgsDict = {
    "target_origin_id": "content",
    "viewer_protocol_policy": "redirect-to-https",
    "allowed_methods": ["GET", "HEAD"],
    "cached_methods": ["GET", "HEAD"],
    "compress": True,
    "cache_policy_id": _CACHING_OPTIMIZED,
    "response_headers_policy_id": _SECURITY_HEADERS,
}
