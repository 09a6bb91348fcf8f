"""The boundary of an environment: whatever a role of it is given, it can touch no other environment (C-06).

Dev, staging and prod are in one account. A boundary grants nothing; it takes away, also from roles that the
environment's own deployment makes later. Changing it is left to the account's administrators: the deployment role is
denied that, or the boundary would hold nobody.
"""

from __future__ import annotations

from collections.abc import Iterable

import pulumi
import pulumi_aws as aws

from infra.aws import policies
from infra.aws.scope import PROJECT, Component, Scope

SHARED = "shared"
ENVIRONMENTS = ("local", "dev", "staging", "prod", SHARED)

_CHANGES = (
    "ec2:Associate*",
    "ec2:CreateRoute",
    "ec2:CreateTags",
    "ec2:Delete*",
    "ec2:Detach*",
    "ec2:Disassociate*",
    "ec2:Modify*",
    "ec2:Release*",
    "ec2:Replace*",
    "ec2:Terminate*",
    "ec2:Update*",
    "cloudtrail:*",
    "route53:DeleteHostedZone",
)


class Boundary(Component):
    """The permissions boundary of every role of an environment."""

    def __init__(
        self, name: str, scope: Scope, buckets: Iterable[str], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, scope, opts)
        everything = policies.Statement("Bounds", ["*"], ["*"], reason="a boundary grants nothing: it only takes away")
        self.policy = aws.iam.Policy(
            "boundary",
            name=scope.name("boundary"),
            description=f"Keeps the roles of {scope.environment} out of other environments",
            policy=policies.document(everything, *denied(scope, buckets)),
            tags=scope.tags("security"),
            opts=self.child(),
        )
        self.register_outputs({"arn": self.policy.arn})


def denied(scope: Scope, buckets: Iterable[str]) -> tuple[policies.Statement, ...]:
    """Nothing that bears another environment's tag or name, and no bucket of the account but one's own.

    S3 tells no tags of a bucket, and production's existing one bears no name: `buckets` are the environment's own. What
    `shared` owns may be used (a security group lies in a VPC), and never changed (C-13).
    """
    others = [name for name in ENVIRONMENTS if name != scope.environment]
    foreign: policies.Conditions = {
        "StringNotEquals": {"aws:ResourceTag/environment": [scope.environment, SHARED]},
        "Null": {"aws:ResourceTag/environment": "false"},
    }
    shared = {"StringEquals": {"aws:ResourceTag/environment": SHARED}}
    names = [f"arn:aws:*:*:*:*{PROJECT}{mark}*" for other in others for mark in (f"-{other}-", f"/{other}/")]
    own = {f"arn:aws:s3:::{scope.name('*')}", *(f"arn:aws:s3:::{bucket}" for bucket in buckets)}
    here: policies.Conditions = {"StringEquals": {"aws:ResourceAccount": scope.account}}
    return (
        policies.Statement("OthersByTag", ["*"], ["*"], effect="Deny", conditions=foreign),
        policies.Statement("OthersByName", ["*"], names, effect="Deny"),
        policies.Statement(
            "OthersBuckets",
            ["s3:*"],
            effect="Deny",
            not_resources=sorted({*own, *(f"{bucket}/*" for bucket in own)}),
            conditions=here,
        ),
        policies.Statement("SharedStays", _CHANGES, ["*"], effect="Deny", conditions=shared),
    )
