"""SQS: the ingest queue, and a dead letter queue for each asynchronous function (section 2.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import policies
from infra.aws.scope import Component, Scope
from infra.environment.compute import Function

_DAY = 24 * 60 * 60
# AWS's advice for a queue that a function reads: six times the function's time-out, at most SQS's twelve hours.
_VISIBILITY_FACTOR = 6
_MOST_VISIBILITY = 12 * 60 * 60


@dataclass(frozen=True)
class QueuesArgs:
    """Which functions have queues, and how long a dead letter waits for a person."""

    scope: Scope
    functions: tuple[Function, ...]
    content_bucket: str
    dead_letter_days: int
    receive_attempts: int
    tls_enforced: bool


class Queues(Component):
    """The queues of an environment."""

    def __init__(self, name: str, args: QueuesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.dead_letters: Mapping[str, aws.sqs.Queue] = {
            function.name: self._dead_letters(function.name)
            for function in args.functions
            if function.dead_letter_queue
        }
        self.ingest = self._ingest(next(function for function in args.functions if function.name == "ingest"))
        self.policy = self._allow_bucket()
        self.register_outputs({"ingest": self.ingest.url})

    def _dead_letters(self, function: str) -> aws.sqs.Queue:
        return aws.sqs.Queue(
            f"{function}-dead-letters",
            name=dead_letters_name(self.scope, function),
            message_retention_seconds=self.args.dead_letter_days * _DAY,
            sqs_managed_sse_enabled=True,
            tags=self.scope.tags("lambda", queue="dead-letters"),
            opts=self.child(),
        )

    def _ingest(self, function: Function) -> aws.sqs.Queue:
        return aws.sqs.Queue(
            "ingest",
            name=ingest_name(self.scope),
            visibility_timeout_seconds=min(_VISIBILITY_FACTOR * function.timeout, _MOST_VISIBILITY),
            message_retention_seconds=4 * _DAY,
            receive_wait_time_seconds=20,
            redrive_policy=self._redrive(),
            sqs_managed_sse_enabled=True,
            tags=self.scope.tags("lambda", queue="ingest"),
            opts=self.child(depends_on=list(self.dead_letters.values())),
        )

    def _redrive(self) -> str | None:
        """Where a message goes that failed too often; the ARN follows from the name, so the policy is known."""
        if "ingest" not in self.dead_letters:
            return None
        target = self.scope.arn("sqs", dead_letters_name(self.scope, "ingest"))
        return json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": self.args.receive_attempts})

    def _allow_bucket(self) -> aws.sqs.QueuePolicy:
        queue = self.scope.arn("sqs", ingest_name(self.scope))
        statements = [self._uploads(queue)]
        if self.args.tls_enforced:
            statements.append(policies.encrypted_transport(queue))
        return aws.sqs.QueuePolicy(
            "ingest", queue_url=self.ingest.url, policy=policies.document(*statements), opts=self.child()
        )

    def _uploads(self, queue: str) -> policies.Statement:
        """The content bucket announces uploads."""
        return policies.Statement(
            "Uploads",
            ["sqs:SendMessage"],
            [queue],
            principals={"Service": "s3.amazonaws.com"},
            conditions={
                "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{self.args.content_bucket}"},
                **policies.own_account(self.scope.account),
            },
        )


def ingest_name(scope: Scope) -> str:
    """Name of the queue that announces uploads."""
    return scope.name("ingest")


def dead_letters_name(scope: Scope, function: str) -> str:
    """Name of a function's dead letter queue."""
    return scope.name(f"{function}-dead-letters")
