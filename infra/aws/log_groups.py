"""Log groups, each of a kind that decides how long its logs are kept (section 6.1)."""

from __future__ import annotations

from typing import Literal

import pulumi
import pulumi_aws as aws

from infra.aws.scope import Component
from infra.environment.monitoring import LogRetention

Kind = Literal["application", "access", "audit", "debug"]


def path(environment: str, system: str, log: str) -> str:
    """Name of a log group that no service of AWS names itself."""
    return f"/distronation/{environment}/{system}/{log}"


def log_group(
    owner: Component, label: str, name: pulumi.Input[str], kind: Kind, retention: LogRetention, system: str
) -> aws.cloudwatch.LogGroup:
    """A group with the retention of its kind; made before its writer, whose own group would never expire."""
    days: int = getattr(retention, kind)
    return aws.cloudwatch.LogGroup(
        label, name=name, retention_in_days=days, tags=owner.scope.tags(system, log=kind), opts=owner.child()
    )
