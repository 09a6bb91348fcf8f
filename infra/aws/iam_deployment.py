"""What the deployment of one environment may do, and that it stays within its boundary (section 0.2, C-06)."""

from __future__ import annotations

from infra.aws.policies import Statement
from infra.aws.scope import PROJECT, Scope
from infra.environment import Environment


def statements(scope: Scope, environment: Environment) -> tuple[Statement, ...]:
    """Full control over what bears the environment's name or tag; sight of the rest, as a plan needs it."""
    return (
        _named(scope, environment),
        _tagged(scope),
        _created(scope),
        Statement("PassRoles", ["iam:PassRole"], [scope.global_arn("iam", f"role/{scope.name('*')}")]),
        *_records(environment),
        _SIGHT,
        *_bounded(scope),
    )


def _named(scope: Scope, environment: Environment) -> Statement:
    """Services whose resources have names: the environment's own, each with every action of its service."""
    name, prefix = scope.name("*"), environment.configuration.path_prefix
    buckets = [f"arn:aws:s3:::{environment.bucket(label)}" for label in environment.buckets]
    return Statement(
        "Named",
        ["s3:*", "sqs:*", "sns:*", "lambda:*", "logs:*", "cloudwatch:*", "ssm:*", "secretsmanager:*", "rds:*", "iam:*",
         "scheduler:*", "backup:*", "budgets:*", "wafv2:*"],
        [
            *buckets,
            *(f"{bucket}/*" for bucket in buckets),
            f"arn:aws:s3:::{name}",
            scope.arn("sqs", name),
            scope.arn("sns", name),
            scope.arn("lambda", f"function:{name}"),
            scope.arn("logs", f"log-group:/aws/lambda/{name}"),
            scope.arn("logs", f"log-group:/{PROJECT}/{scope.environment}/*"),
            scope.arn("logs", f"log-group:aws-waf-logs-{name}"),
            scope.arn("logs", f"log-group:/aws/rds/cluster/{environment.cluster}/*"),
            scope.arn("cloudwatch", f"alarm:{name}"),
            scope.arn("ssm", f"parameter/{prefix}/*"),
            scope.arn("secretsmanager", f"secret:{prefix}/{PROJECT}/*"),
            scope.arn("rds", f"cluster:{environment.cluster}"),
            scope.arn("rds", f"*:{name}"),
            scope.global_arn("iam", f"role/{name}"),
            scope.global_arn("iam", f"instance-profile/{name}"),
            scope.arn("scheduler", f"*/{name}"),
            scope.arn("backup", f"backup-vault:{name}"),
            scope.global_arn("budgets", f"budget/{name}"),
            scope.arn("wafv2", f"*/{name}"),
        ],
        reason="a deployment makes, changes and removes the environment's own resources, and their names bound it",
    )  # fmt: skip


def _tagged(scope: Scope) -> Statement:
    """What has an id that AWS chooses, or a name made of such an id, and carries the environment's tag."""
    return Statement(
        "Tagged",
        ["ec2:*", "apigateway:*", "appsync:*", "acm:*", "cloudfront:*", "kms:*", "dlm:*", "logs:*", "lambda:*",
         "backup:*"],
        ["*"],
        conditions={"StringEquals": {"aws:ResourceTag/environment": scope.environment}},
        reason="their ids are not known beforehand; the tag bounds it",
    )  # fmt: skip


def _created(scope: Scope) -> Statement:
    """Nothing is made without the tag that bounds it afterwards."""
    return Statement(
        "Created",
        ["ec2:Create*", "ec2:RunInstances", "ec2:AllocateAddress", "apigateway:POST", "appsync:Create*",
         "acm:RequestCertificate", "cloudfront:Create*", "kms:CreateKey", "dlm:CreateLifecyclePolicy",
         "logs:CreateLogGroup", "lambda:CreateEventSourceMapping", "backup:CreateBackupPlan"],
        ["*"],
        conditions={"StringEquals": {"aws:RequestTag/environment": scope.environment}},
        reason="what does not exist yet has no ARN; the tag it is made with bounds it",
    )  # fmt: skip


def _records(environment: Environment) -> tuple[Statement, ...]:
    """Records of the environment's own names in the zone that all share (C-06); none while it has no name."""
    domain = environment.dns.domain
    if domain is None:
        return ()
    names = {"route53:ChangeResourceRecordSetsNormalizedRecordNames": [domain, f"*.{domain}"]}
    own = {"ForAllValues:StringLike": names}
    zones = ["arn:aws:route53:::hostedzone/*"]
    return (Statement("Records", ["route53:ChangeResourceRecordSets"], zones, conditions=own),)


def _bounded(scope: Scope) -> tuple[Statement, ...]:
    """No way out of the boundary: every role is made within it, and it is not the deployment's to change."""
    elsewhere = {"StringNotEquals": {"iam:PermissionsBoundary": scope.boundary_arn}}
    grant = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"]
    change = ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"]
    return (
        Statement("OnlyBounded", grant, ["*"], effect="Deny", conditions=elsewhere),
        Statement("StaysBounded", ["iam:DeleteRolePermissionsBoundary"], ["*"], effect="Deny"),
        Statement("BoundaryStays", change, [scope.boundary_arn], effect="Deny"),
    )


_SIGHT = Statement(
    "Sight",
    ["ec2:Describe*", "rds:Describe*", "logs:Describe*", "cloudwatch:Describe*", "route53:Get*", "route53:List*",
     "acm:List*", "cloudfront:List*", "kms:List*", "wafv2:List*", "tag:GetResources"],
    ["*"],
    reason="lists know no resources; they show no content",
)  # fmt: skip
