"""IAM policy documents: typed statements, written in one order so that equal policies have equal text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from infra.aws.scope import Scope

Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]
Principal = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Statement:
    """One statement of a policy.

    A resource `*` needs a `reason`: it is for actions that know no resources, or for the policy of a resource itself.
    """

    sid: str
    actions: Sequence[str]
    resources: Sequence[str] = ()
    effect: str = "Allow"
    principals: Principal | str | None = None
    conditions: Conditions = field(default_factory=dict)
    reason: str = ""
    not_resources: Sequence[str] = ()
    """For what is denied everywhere but here."""

    def __post_init__(self) -> None:
        """Raises ValueError for an unexplained wildcard in what is allowed."""
        wide = "*" in self.resources or any(action.endswith(":*") or action == "*" for action in self.actions)
        if self.effect == "Allow" and wide and not self.reason:
            raise ValueError(f"statement {self.sid} allows a wildcard and gives no reason")

    def document(self) -> dict[str, object]:
        """The statement in IAM's JSON."""
        parts: dict[str, object] = {"Sid": self.sid, "Effect": self.effect, "Action": sorted(self.actions)}
        if self.principals is not None:
            parts["Principal"] = self.principals
        if self.resources:
            parts["Resource"] = list(self.resources)
        if self.not_resources:
            parts["NotResource"] = list(self.not_resources)
        if self.conditions:
            parts["Condition"] = self.conditions
        return parts


def document(*statements: Statement) -> str:
    """A policy of statements whose ARNs are all known, as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement.document() for statement in statements]})


def trust(service: str, conditions: Conditions | None = None) -> str:
    """The trust policy of a role that a service of AWS assumes."""
    return document(
        Statement("Assume", ["sts:AssumeRole"], principals={"Service": service}, conditions=conditions or {})
    )


def own_account(account: str) -> Conditions:
    """Only on behalf of this account: a service serves others too (the confused deputy)."""
    return {"StringEquals": {"aws:SourceAccount": account}}


def tls_only(*arns: str) -> tuple[Statement, Statement]:
    """Refuses S3 requests that do not come by TLS 1.2 or later (section 8.1).

    A request in clear has no TLS version that could be too low: it needs a statement of its own.
    """
    clear: Conditions = {"Bool": {"aws:SecureTransport": "false"}}
    old: Conditions = {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
    return (
        Statement("TlsOnly", ["s3:*"], arns, effect="Deny", principals="*", conditions=clear),
        Statement("Tls12OrLater", ["s3:*"], arns, effect="Deny", principals="*", conditions=old),
    )


def encrypted_transport(queue: str) -> Statement:
    """Refuses requests in clear; SQS and SNS themselves take TLS 1.2 or later alone (section 8.1)."""
    return Statement(
        "EncryptedTransportOnly",
        ["sqs:*"],
        [queue],
        effect="Deny",
        principals="*",
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def data_api(scope: Scope, cluster_arn: str) -> tuple[Statement, ...]:
    """The Data API on one cluster, with its master secret. RDS names that secret: only its tag is known beforehand."""
    actions = ("ExecuteStatement", "BeginTransaction", "CommitTransaction", "RollbackTransaction")
    secrets = [scope.arn("secretsmanager", "secret:rds!cluster-*")]
    tagged = {"StringEquals": {"aws:ResourceTag/aws:rds:primaryDBClusterArn": cluster_arn}}
    return (
        Statement("DataApi", [f"rds-data:{action}" for action in actions], [cluster_arn]),
        Statement("DatabaseSecret", ["secretsmanager:GetSecretValue"], secrets, conditions=tagged),
    )
