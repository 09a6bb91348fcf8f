"""A monthly budget at the upper bound of the environment's cost range (sections 6.1 and 7.1, C-79)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws.scope import Component, Scope
from infra.environment.governance import Cost


@dataclass(frozen=True)
class BudgetsArgs:
    """The range and who is told."""

    scope: Scope
    cost: Cost
    topic_arn: pulumi.Input[str]


class Budgets(Component):
    """The budget of an environment: what carries its tag."""

    def __init__(self, name: str, args: BudgetsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.budget = aws.budgets.Budget(
            "monthly",
            name=self.scope.name("monthly"),
            account_id=self.scope.account,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(args.cost.budget),
            limit_unit="USD",
            cost_filters=[{"name": "TagKeyValue", "values": [f"user:environment${self.scope.environment}"]}],
            notifications=[
                {
                    "notification_type": "ACTUAL",
                    "comparison_operator": "GREATER_THAN",
                    "threshold": float(percent),
                    "threshold_type": "PERCENTAGE",
                    "subscriber_sns_topic_arns": [args.topic_arn],
                }
                for percent in args.cost.alert_percent
            ],
            tags=self.scope.tags("cost"),
            opts=self.child(),
        )
        self.register_outputs({})
