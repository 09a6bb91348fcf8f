"""Route53: the hosted zone where the environment has its own, and the records of its names (section 2.4)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws.scope import Component, Scope


@dataclass(frozen=True)
class HostedZoneArgs:
    """The zone's domain."""

    scope: Scope
    domain: str


class HostedZone(Component):
    """A hosted zone."""

    def __init__(self, name: str, args: HostedZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.zone = aws.route53.Zone(
            "zone",
            name=args.domain,
            comment=f"Names of {self.scope.environment}",
            tags=self.scope.tags("dns"),
            opts=self.stateful(),
        )
        self.register_outputs({"zone_id": self.zone.zone_id})


@dataclass(frozen=True)
class ApiDomainArgs:
    """The name under which APIs are reached: each stage below a path of its own."""

    scope: Scope
    name: str
    zone_id: pulumi.Input[str]
    certificate_arn: pulumi.Input[str]
    stages: dict[str, aws.apigateway.Stage]


class ApiDomain(Component):
    """The environment's own name for its APIs; TLS 1.2 or later."""

    def __init__(self, name: str, args: ApiDomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.domain = aws.apigateway.DomainName(
            "api",
            domain_name=args.name,
            regional_certificate_arn=args.certificate_arn,
            endpoint_configuration={"types": "REGIONAL"},
            security_policy="TLS_1_2",
            tags=self.scope.tags("dns"),
            opts=self.child(),
        )
        for path, stage in args.stages.items():
            aws.apigateway.BasePathMapping(
                path,
                domain_name=self.domain.domain_name,
                base_path=path,
                rest_api=stage.rest_api,
                stage_name=stage.stage_name,
                opts=self.child(),
            )
        aws.route53.Record(
            "api",
            zone_id=args.zone_id,
            name=args.name,
            type="A",
            aliases=[
                {
                    "name": self.domain.regional_domain_name,
                    "zone_id": self.domain.regional_zone_id,
                    "evaluate_target_health": False,
                }
            ],
            opts=self.child(),
        )
        self.register_outputs({})
