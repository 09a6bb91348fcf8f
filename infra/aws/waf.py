"""WAF: a web ACL on every public endpoint (section 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from infra.aws.log_groups import log_group
from infra.aws.scope import Component, Scope
from infra.environment.monitoring import LogRetention

_MANAGED = ("AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet")
# From one address within five minutes; a browser of the project's own needs a tenth of it.
_REQUESTS = 2000


@dataclass(frozen=True)
class WafArgs:
    """What is protected: ARNs by label, all regional or none (CloudFront names its ACL itself)."""

    scope: Scope
    kind: Literal["REGIONAL", "CLOUDFRONT"]
    endpoints: Mapping[str, pulumi.Input[str]]
    retention: LogRetention


class Waf(Component):
    """A web ACL with its log."""

    def __init__(self, name: str, args: WafArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.label = args.kind.lower()
        self.acl = aws.wafv2.WebAcl(
            self.label,
            name=self.scope.name(self.label),
            scope=args.kind,
            default_action={"allow": {}},
            rules=[_rate_limit(), *[_managed(rule, number) for number, rule in enumerate(_MANAGED, 1)]],
            visibility_config=_visible(self.scope.name(self.label)),
            tags=self.scope.tags("security"),
            opts=self.child(),
        )
        for label, arn in args.endpoints.items():
            aws.wafv2.WebAclAssociation(
                label, resource_arn=arn, web_acl_arn=self.acl.arn, opts=self.child(delete_before_replace=True)
            )
        self._log(args.retention)
        self.register_outputs({})

    def _log(self, retention: LogRetention) -> None:
        # WAF writes to groups of this prefix alone.
        name = f"aws-waf-logs-{self.scope.name(self.label)}"
        group = log_group(self, self.label, name, "access", retention, "security")
        aws.wafv2.WebAclLoggingConfiguration(
            self.label,
            resource_arn=self.acl.arn,
            log_destination_configs=[group.arn],
            redacted_fields=[{"single_header": {"name": "authorization"}}],
            opts=self.child(),
        )


def _visible(name: str) -> aws.wafv2.WebAclRuleVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": name, "sampled_requests_enabled": True}


def _rate_limit() -> aws.wafv2.WebAclRuleArgsDict:
    return {
        "name": "rate-limit",
        "priority": 0,
        "action": {"block": {}},
        "statement": {"rate_based_statement": {"limit": _REQUESTS, "aggregate_key_type": "IP"}},
        "visibility_config": _visible("rate-limit"),
    }


def _managed(rule: str, priority: int) -> aws.wafv2.WebAclRuleArgsDict:
    return {
        "name": rule,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {"managed_rule_group_statement": {"name": rule, "vendor_name": "AWS"}},
        "visibility_config": _visible(rule),
    }
