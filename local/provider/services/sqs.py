"""SQS: queues, their policies and their dead letter queues."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import json_equal, parsed, policy_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource
from local.provider.tags import tag_changes

Convert = Callable[[str], Any]


def _flag(text: str) -> bool:
    return text.lower() == "true"


ATTRIBUTES: Mapping[str, tuple[str, Convert]] = {
    "contentBasedDeduplication": ("ContentBasedDeduplication", _flag),
    "deduplicationScope": ("DeduplicationScope", str),
    "delaySeconds": ("DelaySeconds", int),
    "fifoThroughputLimit": ("FifoThroughputLimit", str),
    "fifoQueue": ("FifoQueue", _flag),
    "kmsDataKeyReusePeriodSeconds": ("KmsDataKeyReusePeriodSeconds", int),
    "kmsMasterKeyId": ("KmsMasterKeyId", str),
    "maxMessageSize": ("MaximumMessageSize", int),
    "messageRetentionSeconds": ("MessageRetentionPeriod", int),
    "policy": ("Policy", str),
    "receiveWaitTimeSeconds": ("ReceiveMessageWaitTimeSeconds", int),
    "redriveAllowPolicy": ("RedriveAllowPolicy", str),
    "redrivePolicy": ("RedrivePolicy", str),
    "sqsManagedSseEnabled": ("SqsManagedSseEnabled", _flag),
    "visibilityTimeoutSeconds": ("VisibilityTimeout", int),
}
"""Pulumi's property, SQS's attribute, and how to read its text."""

ASSUMED = {"KmsDataKeyReusePeriodSeconds": "300"}
"""What SQS assumes where an attribute cannot be emptied (SQS API Reference, "SetQueueAttributes")."""

FIFO_ONLY = ("contentBasedDeduplication", "deduplicationScope", "fifoQueue", "fifoThroughputLimit")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def _attributes(inputs: Inputs) -> dict[str, str]:
    """What to send; SQS itself refuses the attributes of FIFO queues on others, even where they say no."""
    fifo = bool(inputs.get("fifoQueue"))
    given = {name: value for name, value in inputs.items() if name in ATTRIBUTES and value is not None}
    return {ATTRIBUTES[name][0]: _text(value) for name, value in given.items() if fifo or name not in FIFO_ONLY}


class Queue(Resource):
    """A queue."""

    type = "aws:sqs/queue:Queue"
    service = "sqs"
    name = "name"
    properties: ClassVar = {
        "name": Property(replace=True),
        "contentBasedDeduplication": Property(default=False),
        "deduplicationScope": Property(computed=True),
        "delaySeconds": Property(default=0),
        "fifoThroughputLimit": Property(computed=True),
        "fifoQueue": Property(replace=True, default=False),
        "kmsDataKeyReusePeriodSeconds": Property(computed=True),
        "kmsMasterKeyId": Property(),
        "maxMessageSize": Property(default=262144),
        "messageRetentionSeconds": Property(default=345600),
        "policy": Property(same=policy_equal, computed=True),
        "receiveWaitTimeSeconds": Property(default=0),
        "redriveAllowPolicy": Property(same=json_equal, computed=True),
        "redrivePolicy": Property(same=json_equal, computed=True),
        "sqsManagedSseEnabled": Property(computed=True),
        "visibilityTimeoutSeconds": Property(default=30),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call; the URL is the id, as in pulumi-aws."""
        sqs = cloud.client("sqs", inputs.get("region"))
        url = sqs.create_queue(
            QueueName=inputs["name"], Attributes=_attributes(inputs), tags=dict(inputs.get("tags") or {})
        )
        return Created(url["QueueUrl"], self._computed(cloud, url["QueueUrl"], inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """All attributes and the tags."""
        sqs = cloud.client("sqs", inputs.get("region"))
        answer = found(lambda: sqs.get_queue_attributes(QueueUrl=id, AttributeNames=["All"]))
        if answer is None:
            return None
        held = answer.get("Attributes", {})
        tags = sqs.list_queue_tags(QueueUrl=id).get("Tags", {})
        values = {name: read(held[key]) for name, (key, read) in ATTRIBUTES.items() if held.get(key)}
        # An attribute that was taken away is held as an empty text.
        named = {"name": id.rsplit("/", 1)[-1], "tags": tags, "arn": held["QueueArn"], "url": id}
        return {"fifoQueue": False, "contentBasedDeduplication": False, **values, **named}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Changed attributes (an empty one removes it), then tags."""
        sqs = cloud.client("sqs", new.get("region"))
        before, after = _attributes(old), _attributes(new)
        names = (key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        changed = {key: after.get(key, ASSUMED.get(key, "")) for key in names}
        if changed:
            sqs.set_queue_attributes(QueueUrl=id, Attributes=changed)
        added, removed = tag_changes(old, new)
        if added:
            sqs.tag_queue(QueueUrl=id, Tags=added)
        if removed:
            sqs.untag_queue(QueueUrl=id, TagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteQueue."""
        with unless_gone():
            cloud.client("sqs", state.get("region")).delete_queue(QueueUrl=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        answer = found(lambda: cloud.client("sqs", inputs.get("region")).get_queue_url(QueueName=inputs["name"]))
        return str(answer["QueueUrl"]) if answer else None

    def _computed(self, cloud: Cloud, url: str, inputs: Inputs) -> dict[str, Any]:
        return {"url": url, "arn": cloud.arn("sqs", inputs["name"], region=inputs.get("region"))}


class QueueAttribute(Resource):
    """One attribute of a queue that pulumi-aws also offers as a resource of its own; its id is the queue's URL."""

    service = "sqs"
    identity = ("queueUrl",)
    attribute: ClassVar[str]
    """The property, named alike in `Queue`."""

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Set it."""
        self._set(cloud, inputs["queueUrl"], inputs)
        return Created(inputs["queueUrl"])

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Gone when the queue is, or when the attribute is empty."""
        sqs, key = cloud.client("sqs", inputs.get("region")), ATTRIBUTES[self.attribute][0]
        answer = found(lambda: sqs.get_queue_attributes(QueueUrl=id, AttributeNames=[key]))
        value = (answer or {}).get("Attributes", {}).get(key)
        return {"queueUrl": id, self.attribute: value} if parsed(value) else None

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Set it anew."""
        self._set(cloud, id, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """An empty attribute is none."""
        with unless_gone():
            self._set(cloud, id, {**state, self.attribute: ""})

    def _set(self, cloud: Cloud, url: str, inputs: Inputs) -> None:
        value = {ATTRIBUTES[self.attribute][0]: _text(inputs[self.attribute])}
        cloud.client("sqs", inputs.get("region")).set_queue_attributes(QueueUrl=url, Attributes=value)


class QueuePolicy(QueueAttribute):
    """Who may use a queue."""

    type = "aws:sqs/queuePolicy:QueuePolicy"
    attribute = "policy"
    properties: ClassVar = {"queueUrl": Property(replace=True), "policy": Property(same=policy_equal)}


class RedrivePolicy(QueueAttribute):
    """Where messages go that fail too often."""

    type = "aws:sqs/redrivePolicy:RedrivePolicy"
    attribute = "redrivePolicy"
    properties: ClassVar = {"queueUrl": Property(replace=True), "redrivePolicy": Property(same=json_equal)}


class RedriveAllowPolicy(QueueAttribute):
    """Which queues may use this one for their dead letters."""

    type = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
    attribute = "redriveAllowPolicy"
    properties: ClassVar = {"queueUrl": Property(replace=True), "redriveAllowPolicy": Property(same=json_equal)}


RESOURCES = (Queue, QueuePolicy, RedrivePolicy, RedriveAllowPolicy)
