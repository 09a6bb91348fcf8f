"""Monitoring (section 6.1): an alarm that goes off is delivered to whoever subscribes to its topic."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from operations.smoke.check import Check, CheckFailed, Context, expect
from operations.smoke.messaging import receive

_PATIENCE = 15.0  # seconds


def _alarm(context: Context) -> str:
    return _goes_off(context) if context.emulated else _is_set(context)


def _is_set(context: Context) -> str:
    """Of genuine clouds the settings alone: whoever subscribes to the topic is on call."""
    name, topic = context.output("error_alarm"), context.output("immediate_topic_arn")
    found = context.aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    expect(found, f"there is no alarm {name}")
    expect(found[0]["ActionsEnabled"] and topic in found[0]["AlarmActions"], f"{name} does not tell {topic}")
    subscribers = context.aws("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    waiting = sum(each["SubscriptionArn"] == "PendingConfirmation" for each in subscribers)
    return f"{name} tells {len(subscribers)} subscribers, of whom {waiting} have not confirmed it"


def _goes_off(context: Context) -> str:
    cloudwatch = context.aws("cloudwatch")
    name = context.output("error_alarm")
    topic = context.output("immediate_topic_arn")
    mark = f"smoke-{uuid.uuid4()}"
    with _subscriber(context, topic) as queue:
        _set(cloudwatch, name, "OK", "smoke begins")
        try:
            _set(cloudwatch, name, "ALARM", mark)
            body = receive(context.aws("sqs"), queue, mark, _PATIENCE)
        finally:
            _set(cloudwatch, name, "OK", "smoke is over")
    if body is None:
        raise CheckFailed(f"the alarm {name} went off and nothing was delivered in {_PATIENCE:.0f} s")
    message = json.loads(json.loads(body)["Message"])
    if message["NewStateValue"] != "ALARM":
        raise CheckFailed(f"delivered was {message['NewStateValue']}, not ALARM")
    return f"{name} went off and was delivered"


def _set(cloudwatch: Any, alarm: str, state: str, reason: str) -> None:
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue=state, StateReason=reason)


@contextmanager
def _subscriber(context: Context, topic: str) -> Iterator[str]:
    """A queue of our own that the topic delivers to, for as long as the block runs."""
    sqs, sns = context.aws("sqs"), context.aws("sns")
    name = f"{context.environment.named('smoke')}-{uuid.uuid4().hex[:8]}"
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    try:
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": _allow(topic, arn)})
        subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
        try:
            yield queue
        finally:
            sns.unsubscribe(SubscriptionArn=subscription)
    finally:
        sqs.delete_queue(QueueUrl=queue)


def _allow(topic: str, queue: str) -> str:
    statement = {
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
        "Resource": queue, "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CHECKS = (Check("alarm", "monitoring", _alarm),)
