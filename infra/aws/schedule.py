"""Off-hours: EventBridge Scheduler calls the off-hours function in New York's time (sections 1.1 and 7.2, C-10)."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import policies, roles
from infra.aws.scope import Component, Scope
from infra.environment.operation import BusinessHours

_LAST_HOUR = 23


@dataclass(frozen=True)
class ScheduleArgs:
    """The hours, the function that stops and starts, and the queue for calls that never arrived."""

    scope: Scope
    hours: BusinessHours
    function_arn: str
    dead_letters: aws.sqs.Queue | None
    dead_letters_name: str


class Schedule(Component):
    """The off-hours schedule of an environment."""

    def __init__(self, name: str, args: ScheduleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.group = aws.scheduler.ScheduleGroup(
            "off-hours", name=self.scope.name("off-hours"), tags=self.scope.tags("schedule"), opts=self.child()
        )
        self.role = self._role()
        opens, closes = _clock(args.hours.opens), _clock(args.hours.closes)
        self._schedule("start", f"cron({opens[1]} {opens[0]} * * ? *)", "start")
        self._schedule("stop", f"cron({closes[1]} {closes[0]} * * ? *)", "stop")
        # A stopped cluster starts by itself after seven days, at any hour of the night (C-27).
        self._schedule("stop-again", f"cron(15 {_night(opens[0], closes[0])} * * ? *)", "stop")
        self.register_outputs({})

    def _role(self) -> aws.iam.Role:
        name = "off-hours-schedule"
        group = self.scope.arn("scheduler", f"schedule-group/{self.scope.name('off-hours')}")
        own = {"StringEquals": {"aws:SourceAccount": self.scope.account, "aws:SourceArn": group}}
        statements = [policies.Statement("Call", ["lambda:InvokeFunction"], [self.args.function_arn])]
        if self.args.dead_letters:
            queue = self.scope.arn("sqs", self.args.dead_letters_name)
            statements.append(policies.Statement("DeadLetters", ["sqs:SendMessage"], [queue]))
        grants = roles.Grants("schedule", policies.trust("scheduler.amazonaws.com", own), tuple(statements), name=name)
        return roles.role(self, "off-hours", grants).role

    def _schedule(self, name: str, expression: str, action: str) -> None:
        target: aws.scheduler.ScheduleTargetArgsDict = {
            "arn": self.args.function_arn,
            "role_arn": self.role.arn,
            "input": json.dumps({"action": action}),
            "retry_policy": {"maximum_retry_attempts": 10, "maximum_event_age_in_seconds": 3600},
        }
        if self.args.dead_letters:
            target["dead_letter_config"] = {"arn": self.args.dead_letters.arn}
        aws.scheduler.Schedule(
            name,
            name=self.scope.name(name),
            group_name=self.group.name,
            schedule_expression=expression,
            schedule_expression_timezone=self.args.hours.time_zone,
            flexible_time_window={"mode": "OFF"},
            state="ENABLED" if self.args.hours.shutdown else "DISABLED",
            target=target,
            opts=self.child(),
        )


def _clock(time: str) -> tuple[int, int]:
    hour, minute = time.split(":")
    return int(hour), int(minute)


def _night(opens: int, closes: int) -> str:
    """The whole hours between closing and opening, as cron lists them: `20-23,0-7`."""
    evening = f"{closes}-{_LAST_HOUR}" if closes < _LAST_HOUR else str(_LAST_HOUR)
    return f"{evening},0-{opens - 1}" if opens > 1 else evening
