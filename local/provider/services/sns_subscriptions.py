"""SNS: who is subscribed to a topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, empty, json_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.services.sns import flag, text

SUBSCRIPTION: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "deliveryPolicy": ("DeliveryPolicy", str),
    "filterPolicy": ("FilterPolicy", str),
    "filterPolicyScope": ("FilterPolicyScope", str),
    "rawMessageDelivery": ("RawMessageDelivery", flag),
    "redrivePolicy": ("RedrivePolicy", str),
    "replayPolicy": ("ReplayPolicy", str),
    "subscriptionRoleArn": ("SubscriptionRoleArn", str),
}


class TopicSubscription(Resource):
    """Somebody who hears of a topic; one by mail stays pending, since nobody confirms it."""

    type = "aws:sns/topicSubscription:TopicSubscription"
    service = "sns"
    identity = ("topic", "protocol", "endpoint")
    properties: ClassVar = {
        "topic": Property(replace=True),
        "protocol": Property(replace=True),
        "endpoint": Property(replace=True),
        "confirmationTimeoutInMinutes": recorded("says how long to wait for a confirmation", default=1),
        "endpointAutoConfirms": recorded("says whether to wait for a confirmation", default=False),
        "deliveryPolicy": Property(same=json_equal),
        "filterPolicy": Property(same=json_equal),
        "filterPolicyScope": Property(computed=True),
        "rawMessageDelivery": Property(default=False),
        "redrivePolicy": Property(same=json_equal),
        "replayPolicy": Property(same=json_equal),
        "subscriptionRoleArn": Property(),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Subscribe."""
        sns = cloud.client("sns", inputs.get("region"))
        made = sns.subscribe(
            TopicArn=inputs["topic"],
            Protocol=inputs["protocol"],
            Endpoint=inputs["endpoint"],
            Attributes=_subscription(inputs),
            ReturnSubscriptionArn=True,
        )
        return Created(made["SubscriptionArn"], {"arn": made["SubscriptionArn"], "ownerId": cloud.account})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetSubscriptionAttributes."""
        answer = found(
            lambda: cloud.client("sns", inputs.get("region")).get_subscription_attributes(SubscriptionArn=id)
        )
        if answer is None:
            return None
        held = answer["Attributes"]
        values = {name: read(held[key]) for name, (key, read) in SUBSCRIPTION.items() if held.get(key)}
        return {
            "rawMessageDelivery": False,
            **values,
            "arn": id,
            "ownerId": held.get("Owner", cloud.account),
            "topic": held["TopicArn"],
            "protocol": held["Protocol"],
            "endpoint": held["Endpoint"],
            "pendingConfirmation": held.get("PendingConfirmation") == "true",
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """SNS takes one attribute a call; an empty policy is none."""
        sns = cloud.client("sns", new.get("region"))
        before, after = _subscription(old), _subscription(new)
        for key in sorted(before.keys() | after.keys(), key=ORDER.index):
            if before.get(key) != after.get(key):
                value = after.get(key, NONE.get(key, ""))
                sns.set_subscription_attributes(SubscriptionArn=id, AttributeName=key, AttributeValue=value)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Unsubscribe."""
        with unless_gone():
            cloud.client("sns", state.get("region")).unsubscribe(SubscriptionArn=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """An endpoint is subscribed to a topic once."""
        pages = cloud.client("sns", inputs.get("region")).get_paginator("list_subscriptions_by_topic")
        for page in pages.paginate(TopicArn=inputs["topic"]):
            for each in page["Subscriptions"]:
                if (each["Protocol"], each["Endpoint"]) == (inputs["protocol"], inputs["endpoint"]):
                    return str(each["SubscriptionArn"])
        return None


NONE = {
    "RedrivePolicy": "{}",
    "FilterPolicy": "{}",
    "RawMessageDelivery": "false",
    "FilterPolicyScope": "MessageAttributes",
}
"""What to send for an attribute that the program no longer has."""


# The scope decides how the policy is understood, so it goes first.
ORDER = ["FilterPolicyScope", *(key for key, _ in SUBSCRIPTION.values() if key != "FilterPolicyScope")]


def _subscription(inputs: Inputs) -> dict[str, str]:
    given = compact({name: inputs.get(name) for name in SUBSCRIPTION})
    return {SUBSCRIPTION[name][0]: text(value) for name, value in given.items() if not empty(value)}


RESOURCES = (TopicSubscription,)
