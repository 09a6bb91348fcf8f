"""The AWS provider of a stack: one account (section 0.2), and on genuine clouds the stack's role and tags."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_aws as aws

from infra.aws.scope import MANAGED_BY, Scope


@dataclass(frozen=True)
class ProviderArgs:
    """`role` is the name of a role of the account; none: the caller's own identity.

    An emulated cloud takes neither role nor default tags: one attached provider serves every instance.
    """

    scope: Scope
    genuine: bool
    role: str | None


def provider(args: ProviderArgs) -> aws.Provider:
    """Refuses to work with any other account."""
    scope = args.scope
    return aws.Provider(
        "aws",
        region=scope.region,
        allowed_account_ids=[scope.account],
        default_tags=aws.ProviderDefaultTagsArgs(tags=_tags(scope)) if args.genuine else None,
        assume_roles=[_assumed(scope, args.role)] if args.genuine and args.role else None,
    )


def _assumed(scope: Scope, role: str) -> aws.ProviderAssumeRoleArgs:
    arn = scope.global_arn("iam", f"role/{role}")
    return aws.ProviderAssumeRoleArgs(role_arn=arn, session_name=scope.name("deployment"))


def _tags(scope: Scope) -> dict[str, str]:
    """What no resource may lack; its system is its own."""
    return {
        "environment": scope.environment, "owner": scope.owner, "managed-by": MANAGED_BY,
        "data-class": scope.data_class,
    }  # fmt: skip
