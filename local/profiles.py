"""AWS profiles: which emulator serves which service. A profile is a table; adding one changes nothing else.

Services that act on each other stay in one emulator (an alarm has to reach its topic); the companion, moto, serves
what the main one lacks. A service outside the table is refused before any call is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.errors import OperationFailed, UsageError


@dataclass(frozen=True)
class Profile:
    """One choice of emulators for AWS."""

    name: str
    main: str
    """The component that AWS_ENDPOINT_URL points to."""
    services: Mapping[str, str]
    """boto3 service name to component."""
    gaps: Mapping[str, str]
    """boto3 service name to what its emulator does not do, where that is known."""
    components: tuple[str, ...]
    """Everything that runs, in the order of starting: the slowest first."""
    runtimes: tuple[str, ...]
    """How its main emulator can run."""

    def component(self, service: str) -> str:
        """The component that serves a boto3 service name or endpoint prefix; raises OperationFailed where none does."""
        known = ALIASES.get(service, service)
        if known not in self.services:
            raise OperationFailed(
                f"No emulator of the profile {self.name!r} serves the AWS service {service!r}",
                hint=f"Served: {', '.join(sorted(self.services))}.",
            )
        return self.services[known]


ALIASES: Mapping[str, str] = {
    "execute-api": "apigateway",
    "monitoring": "cloudwatch",
    "s3-control": "s3control",
}
"""Endpoint prefixes and signing names that differ from boto3's service name."""

_ACTING_ON_EACH_OTHER = (
    "apigateway", "cloudwatch", "events", "iam", "kms", "lambda", "logs", "s3", "s3control", "scheduler",
    "secretsmanager", "sns", "sqs", "ssm", "sts",
)  # fmt: skip
_COMPANION = (
    # In the order in which a deployment asks for them: moto loads them so.
    "ec2", "rds", "route53", "acm", "wafv2", "appsync", "cloudfront", "cloudtrail", "backup", "budgets",
    "application-autoscaling", "xray", "dlm",
)  # fmt: skip
_MOTO_GAPS = {
    "appsync": "schemas, keys and APIs; no data sources, resolvers or GraphQL calls",
    "backup": "vaults and plans; no selections, no backup jobs",
    "cloudfront": "distributions and origin access controls are kept, nothing is served; no cache policies",
    "cloudtrail": "trails are kept, no events are recorded",
    "dlm": "no lifecycle policies at all",
    "rds": "the control plane; the data lie in the sandbox's PostgreSQL",
    "route53": "records are kept, no name is resolved",
    "wafv2": "rules are kept, no request is filtered",
    "xray": "no groups or sampling rules",
}

_BESIDE = ("program", "provider", "moto", "firebase-auth", "rds-data", "postgres")

LOCALSTACK = Profile(
    name="localstack",
    main="localstack",
    services={
        **dict.fromkeys(_ACTING_ON_EACH_OTHER, "localstack"),
        **dict.fromkeys(_COMPANION, "moto"),
        "rds-data": "rds-data",
    },
    gaps={
        "apigateway": "REST APIs; no API Gateway v2",
        "iam": "policies are kept, not enforced",
        **_MOTO_GAPS,
    },
    components=("localstack", *_BESIDE),
    runtimes=("docker", "host"),
)

MINISTACK = Profile(
    name="ministack",
    main="ministack",
    services={
        **dict.fromkeys(_ACTING_ON_EACH_OTHER, "ministack"),
        **dict.fromkeys(_COMPANION, "moto"),
        "rds-data": "rds-data",
    },
    gaps={
        "apigateway": "REST APIs; no caches, templates of mocks are returned as they are written",
        "cloudwatch": "alarms on expressions do not go off by themselves",
        "iam": "policies are kept, not enforced; an API that wants IAM takes any `Authorization` header",
        "kms": "keys of another account cannot be used by their ARN",
        "lambda": "Python functions alone, without layers; memory limits are not enforced",
        "logs": "metric filters are kept and make no metrics; messages lose their line ends",
        "s3": "preflight requests are answered for every origin",
        **_MOTO_GAPS,
    },
    components=("ministack", *_BESIDE),
    runtimes=("host",),
)

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in (LOCALSTACK, MINISTACK)}


def profile(name: str) -> Profile:
    """The profile of that name; raises UsageError."""
    if name not in PROFILES:
        raise UsageError(f"There is no AWS profile {name!r}", hint=f"Known: {', '.join(sorted(PROFILES))}.")
    return PROFILES[name]


def signing_name(service: str) -> str:
    """What requests for a boto3 service are signed for (the service's model, `signingName`)."""
    return _SIGNING_NAMES.get(service, service)


def endpoint_variable(service: str) -> str:
    """`AWS_ENDPOINT_URL_<SERVICE>` as the AWS SDKs name it (SDKs and Tools Reference, "Service-specific endpoints")."""
    return f"AWS_ENDPOINT_URL_{_SERVICE_IDS.get(service, service.upper().replace('-', '_'))}"


# Where the service id of the SDKs' models is not the boto3 name in capitals.
_SERVICE_IDS = {
    "apigateway": "API_GATEWAY",
    "application-autoscaling": "APPLICATION_AUTO_SCALING",
    "events": "EVENTBRIDGE",
    "logs": "CLOUDWATCH_LOGS",
    "route53": "ROUTE_53",
    "s3control": "S3_CONTROL",
    "secretsmanager": "SECRETS_MANAGER",
    "sns": "SNS",
}
_SIGNING_NAMES = {"cloudwatch": "monitoring", "s3control": "s3"}
