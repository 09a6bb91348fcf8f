"""The Lambda functions, each with a role of its own, a log group, and its retries (section 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import lambda_code, policies, queues, roles
from infra.aws.function_access import Access
from infra.aws.log_groups import log_group
from infra.aws.network import Placement
from infra.aws.scope import Component, Scope
from infra.environment import Environment
from infra.environment.compute import Function

RUNTIME = "python3.12"
# An asynchronous invocation is not tried again after six hours: what it announces is stale then.
_EVENT_SECONDS = 6 * 60 * 60


@dataclass(frozen=True)
class LambdaFunctionsArgs:
    """What the functions share."""

    scope: Scope
    environment: Environment
    release: str
    access: Mapping[str, Access]
    place: Placement
    security_group_id: pulumi.Input[str]
    dead_letters: Mapping[str, aws.sqs.Queue]
    ingest_queue: aws.sqs.Queue


class LambdaFunctions(Component):
    """All functions of an environment."""

    def __init__(self, name: str, args: LambdaFunctionsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.log_groups: dict[str, pulumi.Output[str]] = {}
        self.functions: Mapping[str, aws.lambda_.Function] = {
            spec.name: self._function(spec) for spec in args.environment.functions.deployed()
        }
        self._read_queue()
        self.register_outputs({"names": [self.scope.name(name) for name in self.functions]})

    def arn(self, function: str) -> str:
        """The ARN of a function, known beforehand."""
        return self.scope.arn("lambda", f"function:{self.scope.name(function)}")

    def _function(self, spec: Function) -> aws.lambda_.Function:
        name = self.scope.name(spec.name)
        made = self._role(spec)
        retention = self.args.environment.monitoring.log_retention
        logs = log_group(self, spec.name, f"/aws/lambda/{name}", "application", retention, "lambda")
        self.log_groups[spec.name] = logs.name
        function = aws.lambda_.Function(
            spec.name,
            name=name,
            role=made.role.arn,
            runtime=RUNTIME,
            handler=lambda_code.handler(spec.name),
            code=lambda_code.archive(spec.name),
            memory_size=spec.memory,
            timeout=spec.timeout,
            reserved_concurrent_executions=spec.reserved_concurrency,
            environment={"variables": self._variables(spec)},
            dead_letter_config=self._dead_letters(spec),
            vpc_config=self._vpc(spec),
            tracing_config={"mode": "Active" if self._traced else "PassThrough"},
            tags=self.scope.tags("lambda", kind=spec.kind),
            # Without its policy a function cannot work; without its log group it makes one that never expires.
            opts=self.child(depends_on=[*made.policies, logs]),
        )
        if spec.kind != "api":
            self._retries(spec, function)
        return function

    @property
    def _traced(self) -> bool:
        return self.args.environment.apis.dn.tracing

    def _role(self, spec: Function) -> roles.Made:
        statements = (*self.args.access[spec.name].statements, *self._runtime(spec))
        trust = policies.trust("lambda.amazonaws.com")
        return roles.role(self, spec.name, roles.Grants("lambda", trust, statements))

    def _runtime(self, spec: Function) -> list[policies.Statement]:
        """What Lambda itself does in the function's name."""
        name = self.scope.name(spec.name)
        logs = self.scope.arn("logs", f"log-group:/aws/lambda/{name}:*")
        found = [policies.Statement("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], [logs])]
        if spec.dead_letter_queue:
            queue = self.scope.arn("sqs", queues.dead_letters_name(self.scope, spec.name))
            found.append(policies.Statement("DeadLetters", ["sqs:SendMessage"], [queue]))
        if spec.in_vpc:
            found.append(_INTERFACES)
        if self._traced:
            found.append(_TRACES)
        return found

    def _variables(self, spec: Function) -> Mapping[str, pulumi.Input[str]]:
        configuration = self.args.environment.configuration
        own = {
            **self._hurry(),
            "DISTRO_ENVIRONMENT": self.args.environment.name,
            "DISTRO_PREFIX": configuration.variable_prefix,
            "DISTRO_RELEASE": self.args.release,
        }
        if spec.kind == "api" and self.args.environment.apis.dn.cors_origins:
            own["DISTRO_CORS_ORIGINS"] = ",".join(self.args.environment.apis.dn.cors_origins)
        return {**own, **self.args.access[spec.name].variables}

    def _hurry(self) -> Mapping[str, str]:
        """Nobody waits half a minute for a second attempt in a sandbox: a runtime variable beats the default."""
        prefix = self.args.environment.configuration.variable_prefix
        return {f"{prefix}_INGEST_RETRY_SECONDS": "1"} if self.args.environment.cloud == "emulated" else {}

    def _dead_letters(self, spec: Function) -> aws.lambda_.FunctionDeadLetterConfigArgsDict | None:
        return {"target_arn": self.args.dead_letters[spec.name].arn} if spec.dead_letter_queue else None

    def _vpc(self, spec: Function) -> aws.lambda_.FunctionVpcConfigArgsDict | None:
        if not spec.in_vpc:
            return None
        zones = self.args.environment.network.compute_zones
        subnets = pulumi.Output.from_input(self.args.place.private_subnet_ids).apply(lambda ids: ids[:zones])
        return {"subnet_ids": subnets, "security_group_ids": [self.args.security_group_id]}

    def _retries(self, spec: Function, function: aws.lambda_.Function) -> None:
        aws.lambda_.FunctionEventInvokeConfig(
            spec.name,
            function_name=function.name,
            maximum_retry_attempts=min(2, self.args.environment.functions.receive_attempts - 1),
            maximum_event_age_in_seconds=_EVENT_SECONDS,
            opts=self.child(),
        )

    def _read_queue(self) -> None:
        aws.lambda_.EventSourceMapping(
            "ingest",
            event_source_arn=self.args.ingest_queue.arn,
            function_name=self.functions["ingest"].name,
            batch_size=10,
            function_response_types=["ReportBatchItemFailures"],
            tags=self.scope.tags("lambda"),
            opts=self.child(),
        )


_INTERFACES = policies.Statement(
    "NetworkInterfaces",
    [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    ],
    ["*"],
    reason="Lambda attaches functions to a VPC by these, and checks them without resources",
)
_TRACES = policies.Statement(
    "Traces",
    ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    ["*"],
    reason="X-Ray knows no resources for what it is sent",
)
