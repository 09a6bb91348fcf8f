"""What each function may do and is told: its IAM statements and runtime variables (sections 2.1, 5.1, 8.1).

ARNs are computed from names, so that every policy is known before anything exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pulumi

from infra.aws import queues
from infra.aws.policies import Statement, data_api
from infra.aws.scope import Scope
from infra.environment import Environment
from infra.environment.compute import FunctionName

Variables = Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True)
class Backends:
    """What functions work with, as far as only AWS knows it."""

    database_cluster_arn: pulumi.Input[str]
    database_secret_arn: pulumi.Input[str]
    ingest_queue_url: pulumi.Input[str]


@dataclass(frozen=True)
class Access:
    """One function's permissions and variables."""

    statements: tuple[Statement, ...]
    variables: Variables


class FunctionAccess:
    """Derives the access of each function of an environment."""

    def __init__(self, scope: Scope, environment: Environment, backends: Backends) -> None:
        self._scope = scope
        self._environment = environment
        self._backends = backends
        self._prefix = environment.configuration.path_prefix
        self._bucket = f"arn:aws:s3:::{environment.bucket('content')}"

    def of(self, function: FunctionName) -> Access:
        """The access of a function."""
        return cast("Access", getattr(self, f"_{function.replace('-', '_')}")())

    def _health(self) -> Access:
        statements = (*self._database(), self._list_bucket(), self._parameters(), self._measure_queue())
        return Access(statements, {**self._database_variables(), **self._content(), **self._queue()})

    def _config(self) -> Access:
        names = [self._environment.secret(label) for label in self._environment.secrets]
        arns = [self._scope.arn("secretsmanager", f"secret:{name}-??????") for name in names]
        read = Statement("Secrets", ["secretsmanager:GetSecretValue"], arns)
        return Access((read, self._parameters()), {"DISTRO_SECRETS": ",".join(names)})

    def _upload(self) -> Access:
        put = Statement("Upload", ["s3:PutObject"], [f"{self._bucket}/uploads/*"])
        return Access((put, self._parameters(), self._metrics()), self._content())

    def _catalogue(self) -> Access:
        return Access((*self._database(), self._metrics()), self._database_variables())

    def _ingest(self) -> Access:
        queue = self._scope.arn("sqs", queues.ingest_name(self._scope))
        receive = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
        statements = (
            *self._database(),
            self._metrics(),
            self._parameters(),
            Statement("Read", ["s3:GetObject"], [f"{self._bucket}/uploads/*"]),
            # Without it, S3 answers 403 for an object that is not there, which hides the cause.
            self._list_bucket(),
            Statement("Receive", receive, [queue]),
        )
        return Access(statements, {**self._database_variables(), **self._content(), **self._queue()})

    def _firebase_export(self) -> Access:
        """Google's side trusts the role itself (workload identity); here it needs its settings alone."""
        return Access((self._parameters(), self._metrics()), {})

    def _off_hours(self) -> Access:
        own = {"StringEquals": {"aws:ResourceTag/environment": self._scope.environment}}
        clusters = [self._scope.arn("rds", f"cluster:{self._environment.cluster}")]
        look = Statement(
            "Look",
            ["ec2:DescribeInstances", "rds:DescribeDBClusters"],
            ["*"],
            reason="both list, and know no resources",
        )
        instances = [self._scope.arn("ec2", "instance/*")]
        return Access(
            (
                look,
                Statement("Instances", ["ec2:StopInstances", "ec2:StartInstances"], instances, conditions=own),
                Statement("Clusters", ["rds:StopDBCluster", "rds:StartDBCluster"], clusters, conditions=own),
            ),
            {},
        )

    def _database(self) -> tuple[Statement, ...]:
        return data_api(self._scope, self._scope.arn("rds", f"cluster:{self._environment.cluster}"))

    def _parameters(self) -> Statement:
        folders = [f"/{self._prefix}/config", f"/{self._prefix}/features"]
        arns = [self._scope.arn("ssm", f"parameter{folder}{rest}") for folder in folders for rest in ("", "/*")]
        return Statement("Parameters", ["ssm:GetParametersByPath"], arns)

    def _list_bucket(self) -> Statement:
        return Statement("Bucket", ["s3:ListBucket"], [self._bucket])

    def _measure_queue(self) -> Statement:
        queue = self._scope.arn("sqs", queues.ingest_name(self._scope))
        return Statement("Queue", ["sqs:GetQueueAttributes"], [queue])

    def _metrics(self) -> Statement:
        return Statement(
            "BusinessMetrics",
            ["cloudwatch:PutMetricData"],
            ["*"],
            conditions={"StringEquals": {"cloudwatch:namespace": f"DistroNation/{self._scope.environment}"}},
            reason="metrics are no resources; the namespace bounds it",
        )

    def _database_variables(self) -> Variables:
        return {
            self._variable("database", "cluster-arn"): self._backends.database_cluster_arn,
            self._variable("database", "secret-arn"): self._backends.database_secret_arn,
            self._variable("database", "name"): self._environment.database.name,
        }

    def _content(self) -> Variables:
        return {self._variable("content", "bucket"): self._environment.bucket("content")}

    def _queue(self) -> Variables:
        return {self._variable("ingest", "queue-url"): self._backends.ingest_queue_url}

    def _variable(self, service: str, setting: str) -> str:
        """Name of a runtime variable: `PROD_[SERVICE]_[SETTING]` (section 5.1)."""
        prefix = self._environment.configuration.variable_prefix
        return f"{prefix}_{service}_{setting}".upper().replace("-", "_")
