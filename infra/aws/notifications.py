"""SNS: one topic for each severity of alerts, and who gets them (section 6.1, C-76)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import pulumi
import pulumi_aws as aws

from infra.aws import policies
from infra.aws.scope import Component, Scope
from infra.environment.base import Severity

_PUBLISHERS = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]


@dataclass(frozen=True)
class NotificationsArgs:
    """E-mail addresses by severity."""

    scope: Scope
    subscribers: Mapping[Severity, tuple[str, ...]]


class Notifications(Component):
    """The topics of an environment."""

    def __init__(self, name: str, args: NotificationsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.topics: Mapping[str, aws.sns.Topic] = {severity: self._topic(severity) for severity in get_args(Severity)}
        self.register_outputs({})

    def _topic(self, severity: Severity) -> aws.sns.Topic:
        name = self.scope.name(f"alerts-{severity}")
        topic = aws.sns.Topic(
            severity, name=name, tags=self.scope.tags("monitoring", severity=severity), opts=self.child()
        )
        allow = policies.Statement(
            "Publish",
            ["sns:Publish"],
            [self.scope.arn("sns", name)],
            principals={"Service": _PUBLISHERS},
            conditions=policies.own_account(self.scope.account),
        )
        aws.sns.TopicPolicy(severity, arn=topic.arn, policy=policies.document(allow), opts=self.child())
        for number, address in enumerate(self.args.subscribers.get(severity, ())):
            aws.sns.TopicSubscription(
                f"{severity}-{number}", topic=topic.arn, protocol="email", endpoint=address, opts=self.child()
            )
        return topic
