"""SNS: topics and their policies."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import empty, json_equal, policy_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.tags import tag_changes, tag_list, tag_map


def flag(written: str) -> bool:
    """A yes or no as SNS writes it."""
    return written.lower() == "true"


FEEDBACK = {
    f"{protocol}{kind}": f"{protocol[0].upper()}{protocol[1:]}{kind[0].upper()}{kind[1:]}"
    for protocol in ("application", "firehose", "http", "lambda", "sqs")
    for kind in ("SuccessFeedbackRoleArn", "FailureFeedbackRoleArn")
}


RATES = {
    f"{protocol}SuccessFeedbackSampleRate": f"{protocol[0].upper()}{protocol[1:]}SuccessFeedbackSampleRate"
    for protocol in ("application", "firehose", "http", "lambda", "sqs")
}


ATTRIBUTES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "archivePolicy": ("ArchivePolicy", str),
    "contentBasedDeduplication": ("ContentBasedDeduplication", flag),
    "deliveryPolicy": ("DeliveryPolicy", str),
    "displayName": ("DisplayName", str),
    "fifoThroughputScope": ("FifoThroughputScope", str),
    "fifoTopic": ("FifoTopic", flag),
    "kmsMasterKeyId": ("KmsMasterKeyId", str),
    "policy": ("Policy", str),
    "signatureVersion": ("SignatureVersion", int),
    "tracingConfig": ("TracingConfig", str),
    **{name: (key, str) for name, key in FEEDBACK.items()},
    **{name: (key, int) for name, key in RATES.items()},
}
"""Pulumi's property, SNS's attribute, and how to read its text."""


FIFO_ONLY = ("contentBasedDeduplication", "fifoTopic", "fifoThroughputScope")


def text(value: Any) -> str:
    """A value as SNS wants attributes: text."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def _attributes(inputs: Inputs) -> dict[str, str]:
    names = (name for name in ATTRIBUTES if name != "tracingConfig")
    given = {name: inputs[name] for name in names if not empty(inputs.get(name))}
    return {ATTRIBUTES[name][0]: text(value) for name, value in given.items()}


class Topic(Resource):
    """A topic; its ARN is its id."""

    type = "aws:sns/topic:Topic"
    service = "sns"
    name = "name"
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": recorded("only a way to form the name, which is applied", replace=True),
        **{name: Property(computed=name in ("policy", "signatureVersion")) for name in ATTRIBUTES},
        "policy": Property(same=policy_equal, computed=True),
        "deliveryPolicy": Property(same=json_equal),
        "archivePolicy": Property(same=json_equal),
        "tracingConfig": recorded("LocalStack keeps no tracing mode of topics"),
        "fifoTopic": Property(replace=True, default=False),
        "contentBasedDeduplication": Property(default=False),
        "maximumMessageSize": recorded("LocalStack accepts messages up to 256 KiB always"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        sns = cloud.client("sns", inputs.get("region"))
        made = sns.create_topic(Name=inputs["name"], Attributes=_attributes(inputs), Tags=tag_list(inputs.get("tags")))
        return Created(made["TopicArn"], {"arn": made["TopicArn"], "owner": cloud.account})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """All attributes and the tags."""
        sns = cloud.client("sns", inputs.get("region"))
        answer = found(lambda: sns.get_topic_attributes(TopicArn=id))
        if answer is None:
            return None
        held = answer["Attributes"]
        values = {name: read(held[key]) for name, (key, read) in ATTRIBUTES.items() if held.get(key)}
        tags = tag_map(sns.list_tags_for_resource(ResourceArn=id).get("Tags"))
        named = {"name": id.rsplit(":", 1)[-1], "arn": id, "owner": held.get("Owner", cloud.account), "tags": tags}
        return {"fifoTopic": False, "contentBasedDeduplication": False, **values, **named}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """SNS takes one attribute a call."""
        sns = cloud.client("sns", new.get("region"))
        before, after = _attributes(old), _attributes(new)
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                sns.set_topic_attributes(TopicArn=id, AttributeName=key, AttributeValue=after.get(key, ""))
        added, removed = tag_changes(old, new)
        if added:
            sns.tag_resource(ResourceArn=id, Tags=tag_list(added))
        if removed:
            sns.untag_resource(ResourceArn=id, TagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteTopic."""
        with unless_gone():
            cloud.client("sns", state.get("region")).delete_topic(TopicArn=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        arn = cloud.arn("sns", inputs["name"], region=inputs.get("region"))
        return (
            arn if found(lambda: cloud.client("sns", inputs.get("region")).get_topic_attributes(TopicArn=arn)) else None
        )


class TopicPolicy(Resource):
    """Who may use a topic; without it SNS's own default holds."""

    type = "aws:sns/topicPolicy:TopicPolicy"
    service = "sns"
    identity = ("arn",)
    properties: ClassVar = {"arn": Property(replace=True), "policy": Property(same=policy_equal)}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Set the attribute."""
        self._set(cloud, inputs["arn"], inputs, text(inputs["policy"]))
        return Created(inputs["arn"], {"owner": cloud.account})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Gone with its topic."""
        answer = found(lambda: cloud.client("sns", inputs.get("region")).get_topic_attributes(TopicArn=id))
        return answer and {"arn": id, "policy": answer["Attributes"].get("Policy"), "owner": cloud.account}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Set the attribute."""
        self._set(cloud, id, new, text(new["policy"]))
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Back to the policy that SNS gives a new topic: its owner may do everything."""
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [f"SNS:{action}" for action in OWNER_ACTIONS],
            "Resource": id,
            "Condition": {"StringEquals": {"AWS:SourceOwner": cloud.account}},
        }
        default = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
        with unless_gone():
            self._set(cloud, id, state, json.dumps(default))

    def _set(self, cloud: Cloud, arn: str, inputs: Inputs, policy: str) -> None:
        sns = cloud.client("sns", inputs.get("region"))
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


OWNER_ACTIONS = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)


RESOURCES = (Topic, TopicPolicy)
