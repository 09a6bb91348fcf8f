"""ACM: the environment's own certificate, proved by a record in the hosted zone (section 2.4, C-44)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from infra.aws.scope import Component, Scope

_MINUTE = 60


@dataclass(frozen=True)
class CertificatesArgs:
    """The name, whether names below it are covered too, and the zone that proves it."""

    scope: Scope
    domain: str
    cover: Literal["domain", "wildcard"]
    zone_id: pulumi.Input[str]


class Certificates(Component):
    """A validated certificate; `arn` is that of the validated one."""

    def __init__(self, name: str, args: CertificatesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        certificate = aws.acm.Certificate(
            "certificate",
            domain_name=args.domain,
            subject_alternative_names=[f"*.{args.domain}"] if args.cover == "wildcard" else None,
            validation_method="DNS",
            tags=self.scope.tags("dns"),
            opts=self.child(),
        )
        validated = aws.acm.CertificateValidation(
            "certificate",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[self._proof(certificate, args.zone_id).fqdn],
            opts=self.child(),
        )
        self.arn = validated.certificate_arn
        self.register_outputs({"arn": self.arn})

    def _proof(self, certificate: aws.acm.Certificate, zone_id: pulumi.Input[str]) -> aws.route53.Record:
        """One record proves the name and, where it is covered, what is below it."""
        option = certificate.domain_validation_options[0]
        return aws.route53.Record(
            "proof",
            zone_id=zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=_MINUTE,
            opts=self.child(),
        )
