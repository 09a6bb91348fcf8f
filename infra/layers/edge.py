"""What faces the internet before the environment does: its name, its certificate, its CDN (sections 2.4 and 8.1)."""

from __future__ import annotations

from functools import cached_property

import pulumi

from infra.aws.cdn import Cdn, CdnArgs
from infra.aws.certificates import Certificates, CertificatesArgs
from infra.aws.waf import Waf, WafArgs
from infra.layers.foundation import Foundation


class Edge:
    """Certificate and distribution; each only where the specification has it."""

    def __init__(self, foundation: Foundation) -> None:
        self._foundation = foundation
        self.certificate_arn = self._certificate()
        self.cdn = self._cdn() if foundation.environment.cdn.distribution == "own" else None

    @cached_property
    def domain(self) -> str | None:
        """The environment's own name; none: not documented yet."""
        return self._foundation.environment.dns.domain

    @cached_property
    def api_domain(self) -> str | None:
        """The name of its APIs: its own, or below it where the certificate covers that (C-44)."""
        if self.domain is None:
            return None
        return f"api.{self.domain}" if self._foundation.environment.dns.certificate == "wildcard" else self.domain

    def _certificate(self) -> pulumi.Output[str] | None:
        if self.domain is None:
            return None
        base = self._foundation
        args = CertificatesArgs(base.scope, self.domain, base.environment.dns.certificate, base.zone_id)
        return Certificates("certificates", args, base.opts).arn

    def _cdn(self) -> Cdn:
        base = self._foundation
        acl = None
        if base.environment.security.waf:
            acl = Waf("waf-cdn", WafArgs(base.scope, "CLOUDFRONT", {}, base.retention), base.opts).acl.arn
        bucket = base.environment.bucket("content")
        args = CdnArgs(base.scope, base.environment.cdn, bucket, acl, self.domain, self.certificate_arn)
        return Cdn("cdn", args, base.opts)
