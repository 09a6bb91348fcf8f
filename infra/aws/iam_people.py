"""The people of an environment by role: who looks, who administers, who reaches the database (sections 2.2, 8.1)."""

from __future__ import annotations

from dataclasses import dataclass

from infra.aws.policies import Statement
from infra.aws.scope import PROJECT, Scope
from infra.environment import Environment

_TUNNEL = "AWS-StartPortForwardingSessionToRemoteHost"


@dataclass(frozen=True)
class PeopleRole:
    """A role that people assume; who they are is an open point (C-34)."""

    name: str
    statements: tuple[Statement, ...]


def roles(scope: Scope, environment: Environment) -> tuple[PeopleRole, ...]:
    """The roles of an environment, by who may connect to its database (section 2.2)."""
    look, database = _look(scope, environment), _database(scope, environment)
    if environment.database.direct_access == "team":
        return (PeopleRole("developers", (*look, *database, _invoke(scope))),)
    if environment.database.direct_access == "senior-developers":
        return (PeopleRole("developers", look), PeopleRole("senior-developers", (*look, *database)))
    return (PeopleRole("operations", (*look, *_no_database(scope))),)


def only_with_mfa(*, enforced: bool) -> tuple[Statement, ...]:
    """Denies every call without a second factor (section 8.1)."""
    without = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    return (Statement("OnlyWithMfa", ["*"], ["*"], effect="Deny", conditions=without),) if enforced else ()


def _look(scope: Scope, environment: Environment) -> tuple[Statement, ...]:
    name, prefix = scope.name("*"), environment.configuration.path_prefix
    logs = [f"/aws/lambda/{name}", f"/{PROJECT}/{scope.environment}/*"]
    return (
        Statement(
            "Logs",
            ["logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"],
            [scope.arn("logs", f"log-group:{group}") for group in logs],
        ),
        Statement(
            "Parameters",
            ["ssm:GetParameter", "ssm:GetParametersByPath"],
            [scope.arn("ssm", f"parameter/{prefix}/*")],
        ),
        Statement(
            "Metrics",
            [
                "cloudwatch:DescribeAlarms",
                "cloudwatch:GetDashboard",
                "cloudwatch:GetMetricData",
                "logs:GetQueryResults",
            ],
            ["*"],
            reason="metrics and query results are no resources",
        ),
    )


def _invoke(scope: Scope) -> Statement:
    return Statement("Invoke", ["lambda:InvokeFunction"], [scope.arn("lambda", f"function:{scope.name('*')}")])


def _database(scope: Scope, environment: Environment) -> tuple[Statement, ...]:
    """Through Session Manager to an instance of the environment, and from there to PostgreSQL (C-35)."""
    own = {"StringEquals": {"ssm:resourceTag/environment": scope.environment}}
    cluster = scope.arn("rds", f"cluster:{environment.cluster}")
    tagged = {"StringEquals": {"aws:ResourceTag/aws:rds:primaryDBClusterArn": cluster}}
    secret = [scope.arn("secretsmanager", "secret:rds!cluster-*")]
    tunnel = [f"arn:aws:ssm:{scope.region}::document/{_TUNNEL}"]
    return (
        Statement("TunnelFrom", ["ssm:StartSession"], [scope.arn("ec2", "instance/*")], conditions=own),
        Statement("Tunnel", ["ssm:StartSession"], tunnel),
        Statement("EndOwn", ["ssm:TerminateSession"], [scope.arn("ssm", "session/${aws:username}-*")]),
        Statement("Password", ["secretsmanager:GetSecretValue"], secret, conditions=tagged),
    )


def _no_database(scope: Scope) -> tuple[Statement, ...]:
    """No person connects to production's database, whatever else a person is given (sections 2.2 and 8.1)."""
    secrets = [scope.arn("secretsmanager", "secret:rds!cluster-*")]
    return (
        Statement("NoDatabase", ["rds-data:*", "rds-db:connect", "ssm:StartSession"], ["*"], effect="Deny"),
        Statement("NoPassword", ["secretsmanager:GetSecretValue"], secrets, effect="Deny"),
    )
