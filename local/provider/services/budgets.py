"""Budgets. moto 5.2.5 keeps a budget and its notifications, but can neither change one nor tell its subscribers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, number_equal, set_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.spelling import Spelling

SUBSCRIBERS = "moto keeps the notification, not who gets it"

BUDGET = Spelling({"useBlended": "UseBlended", "useAmortized": "UseAmortized"})

NOTIFICATION = {
    "notificationType": "NotificationType",
    "comparisonOperator": "ComparisonOperator",
    "threshold": "Threshold",
    "thresholdType": "ThresholdType",
}

SUBSCRIPTIONS = {"subscriberSnsTopicArns": "SNS", "subscriberEmailAddresses": "EMAIL"}

COST_TYPES = {
    "includeCredit": True,
    "includeDiscount": True,
    "includeOtherSubscription": True,
    "includeRecurring": True,
    "includeRefund": True,
    "includeSubscription": True,
    "includeSupport": True,
    "includeTax": True,
    "includeUpfront": True,
    "useAmortized": False,
    "useBlended": False,
}
"""What counts as cost where a budget does not say."""


def same_cost_types(actual: Any, recorded: Any) -> bool:
    """The same, with what is not said filled in."""
    return {**COST_TYPES, **(actual or {})} == {**COST_TYPES, **(recorded or {})}


def same_notifications(actual: Any, recorded: Any) -> bool:
    """The same thresholds and subscribers, in any order."""
    return set_equal(
        *([{**each, "threshold": float(each["threshold"])} for each in side or ()] for side in (actual, recorded))
    )


class Budget(Resource):
    """A budget; its id is `<account>:<name>`."""

    type = "aws:budgets/budget:Budget"
    service = "budgets"
    name = "name"
    identity = ("accountId",)
    properties: ClassVar = {
        "accountId": Property(replace=True, computed=True),
        "name": Property(replace=True),
        "budgetType": Property(),
        "timeUnit": Property(),
        "limitAmount": Property(same=number_equal, computed=True),
        "limitUnit": Property(computed=True),
        "costFilters": Property(same=set_equal, computed=True),
        "costTypes": Property(same=same_cost_types, computed=True),
        "timePeriodStart": recorded("moto keeps a moment, without the spelling of the program", computed=True),
        "timePeriodEnd": recorded("moto keeps a moment, without the spelling of the program", computed=True),
        "notifications": Property(same=same_notifications),
        "notifications.subscriberSnsTopicArns": recorded(SUBSCRIBERS),
        "notifications.subscriberEmailAddresses": recorded(SUBSCRIBERS),
        "tags": recorded("moto keeps no tags of budgets", same=set_equal),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        account = inputs.get("accountId") or cloud.account
        cloud.client("budgets").create_budget(
            AccountId=account,
            Budget=_budget(inputs),
            NotificationsWithSubscribers=[_notification(each) for each in inputs.get("notifications") or ()],
        )
        return Created(f"{account}:{inputs['name']}", self._computed(account, inputs["name"]))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The budget, and its notifications in the program's order."""
        budgets, (account, _, name) = cloud.client("budgets"), id.partition(":")
        answer = found(lambda: budgets.describe_budget(AccountId=account, BudgetName=name))
        if answer is None:
            return None
        held = answer["Budget"]
        notified = budgets.describe_notifications_for_budget(AccountId=account, BudgetName=name)["Notifications"]
        return {
            "name": name,
            "budgetType": held["BudgetType"],
            "timeUnit": held["TimeUnit"],
            "limitAmount": held["BudgetLimit"]["Amount"],
            "limitUnit": held["BudgetLimit"]["Unit"],
            "costFilters": [{"name": key, "values": values} for key, values in held.get("CostFilters", {}).items()],
            "costTypes": BUDGET.from_aws(held.get("CostTypes", {})),
            "notifications": _in_order(notified, inputs),
            **self._computed(account, name),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Made anew under its name: moto has no UpdateBudget."""
        self.delete(cloud, id, new)
        return self.create(cloud, new).outputs

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteBudget."""
        account, _, name = id.partition(":")
        with unless_gone():
            cloud.client("budgets").delete_budget(AccountId=account, BudgetName=name)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account."""
        account, name = inputs.get("accountId") or cloud.account, inputs["name"]
        budgets = cloud.client("budgets")
        return (
            f"{account}:{name}" if found(lambda: budgets.describe_budget(AccountId=account, BudgetName=name)) else None
        )

    def _computed(self, account: str, name: str) -> dict[str, Any]:
        return {"accountId": account, "arn": f"arn:aws:budgets::{account}:budget/{name}"}


def _budget(inputs: Inputs) -> dict[str, Any]:
    amount = inputs.get("limitAmount")
    return compact(
        {
            "BudgetName": inputs["name"],
            "BudgetType": inputs["budgetType"],
            "TimeUnit": inputs["timeUnit"],
            "BudgetLimit": {"Amount": str(amount), "Unit": inputs.get("limitUnit", "USD")} if amount else None,
            "CostFilters": {each["name"]: list(each["values"]) for each in inputs.get("costFilters") or ()} or None,
            "CostTypes": BUDGET.to_aws(inputs.get("costTypes")),
        }
    )


def _notification(block: Mapping[str, Any]) -> dict[str, Any]:
    subscribers = [
        {"SubscriptionType": kind, "Address": address}
        for name, kind in SUBSCRIPTIONS.items()
        for address in block.get(name) or ()
    ]
    return {"Notification": {key: block[name] for name, key in NOTIFICATION.items()}, "Subscribers": subscribers}


def _in_order(held: list[dict[str, Any]], inputs: Inputs) -> list[dict[str, Any]]:
    """The framework puts subscribers back place by place."""
    found_blocks = [{name: each.get(key) for name, key in NOTIFICATION.items()} for each in held]
    wanted = [{name: block.get(name) for name in NOTIFICATION} for block in inputs.get("notifications") or ()]
    return sorted(found_blocks, key=lambda block: wanted.index(block) if block in wanted else len(wanted))


RESOURCES = (Budget,)
