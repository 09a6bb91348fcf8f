"""IAM roles: what each may do, inside the boundary of its environment (sections 0.2 and 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.aws import policies
from infra.aws.scope import Component


@dataclass(frozen=True)
class Grants:
    """Who may be the role, and what it may do."""

    system: str
    trust: str
    statements: tuple[policies.Statement, ...] = ()
    managed: Mapping[str, str] = field(default_factory=dict)
    """AWS's own policies, ARN by label."""
    name: str = ""
    """The last part of its name; none: its label."""
    tags: Mapping[str, str] = field(default_factory=dict)
    session_seconds: int | None = None


@dataclass(frozen=True)
class Made:
    """A role, and the resources without which it may do nothing yet."""

    role: aws.iam.Role
    policies: tuple[pulumi.Resource, ...]


def role(owner: Component, label: str, grants: Grants) -> Made:
    """A role with its own policy and AWS's policies, made after the boundary that holds it."""
    name, boundary = owner.scope.name(grants.name or label), owner.scope.boundary
    made = aws.iam.Role(
        label,
        name=name,
        assume_role_policy=grants.trust,
        permissions_boundary=owner.scope.boundary_arn if boundary else None,
        max_session_duration=grants.session_seconds,
        tags=owner.scope.tags(grants.system, **grants.tags),
        opts=owner.child(depends_on=[boundary] if boundary else None),
    )
    return Made(made, (*_own(owner, label, name, made, grants), *_managed(owner, made, grants)))


def _own(owner: Component, label: str, name: str, made: aws.iam.Role, grants: Grants) -> tuple[pulumi.Resource, ...]:
    if not grants.statements:
        return ()
    text = policies.document(*grants.statements)
    return (aws.iam.RolePolicy(label, name=name, role=made.name, policy=text, opts=owner.child()),)


def _managed(owner: Component, made: aws.iam.Role, grants: Grants) -> tuple[pulumi.Resource, ...]:
    return tuple(
        aws.iam.RolePolicyAttachment(label, role=made.name, policy_arn=arn, opts=owner.child())
        for label, arn in grants.managed.items()
    )
