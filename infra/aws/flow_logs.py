"""Flow logs: who talked to whom in a network (section 8.1)."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.aws import policies, roles
from infra.aws.log_groups import log_group, path
from infra.aws.scope import Component
from infra.environment.monitoring import LogRetention


def declare(owner: Component, vpc_id: pulumi.Input[str], retention: LogRetention) -> None:
    """Record all traffic of a VPC."""
    logs = path(owner.scope.environment, "vpc", "flow-log")
    group = log_group(owner, "flow-log", logs, "audit", retention, "vpc")
    role = _role(owner, logs)
    aws.ec2.FlowLog(
        "flow-log",
        vpc_id=vpc_id,
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=role.arn,
        max_aggregation_interval=600,
        tags=owner.scope.named_tags("vpc", "flow-log"),
        opts=owner.child(),
    )


def _role(owner: Component, logs: str) -> aws.iam.Role:
    write = policies.Statement(
        "Write",
        ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        [owner.scope.arn("logs", f"log-group:{logs}:*")],
    )
    trust = policies.trust("vpc-flow-logs.amazonaws.com", policies.own_account(owner.scope.account))
    return roles.role(owner, "flow-log", roles.Grants("vpc", trust, (write,))).role
