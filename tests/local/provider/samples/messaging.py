"""SQS and SNS."""

import json

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "system": "ingest"}


def policy(action: str) -> str:
    """A policy that lets a bucket in."""
    statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def redrive(queue: str) -> str:
    """Where messages go that cannot be delivered."""
    return json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:000000000000:{queue}"})


SAMPLES = (
    Sample(
        "dead-letters",
        "aws:sqs/queue:Queue",
        {"name": "sample-dead-letters", "messageRetentionSeconds": 1209600, "tags": TAGS},
        outputs=("arn", "url"),
    ),
    Sample(
        "queue",
        "aws:sqs/queue:Queue",
        {"name": "sample-queue", "visibilityTimeoutSeconds": 60, "tags": TAGS},
        (
            {"delaySeconds": 5},
            {"maxMessageSize": 2048},
            {"messageRetentionSeconds": 600},
            {"receiveWaitTimeSeconds": 10},
            {"visibilityTimeoutSeconds": None},
            {"sqsManagedSseEnabled": False},
            {"kmsMasterKeyId": "alias/aws/sqs", "kmsDataKeyReusePeriodSeconds": 600},
            {"policy": policy("sqs:SendMessage")},
            {"tags": {**TAGS, "owner": "team"}},
            {"tags": None},
        ),
        ("arn", "url"),
    ),
    Sample("queue-autonamed", "aws:sqs/queue:Queue", {}, ({"delaySeconds": 1},)),
    Sample(
        "queue-fifo",
        "aws:sqs/queue:Queue",
        {"name": "sample.fifo", "fifoQueue": True, "contentBasedDeduplication": True},
        (
            {"contentBasedDeduplication": None},
            {"deduplicationScope": "messageGroup", "fifoThroughputLimit": "perMessageGroupId"},
        ),
    ),
    Sample(
        "queue-policy",
        "aws:sqs/queuePolicy:QueuePolicy",
        {"queueUrl": Ref("queue-autonamed"), "policy": policy("sqs:SendMessage")},
        ({"policy": policy("sqs:*")},),
    ),
    Sample(
        "redrive",
        "aws:sqs/redrivePolicy:RedrivePolicy",
        {
            "queueUrl": Ref("queue-autonamed"),
            "redrivePolicy": {"deadLetterTargetArn": Ref("dead-letters", "arn"), "maxReceiveCount": 3},
        },
        ({"redrivePolicy": {"deadLetterTargetArn": Ref("dead-letters", "arn"), "maxReceiveCount": 5}},),
    ),
    Sample(
        "redrive-allow",
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        {
            "queueUrl": Ref("dead-letters"),
            "redriveAllowPolicy": {"redrivePermission": "byQueue", "sourceQueueArns": [Ref("queue", "arn")]},
        },
        ({"redriveAllowPolicy": {"redrivePermission": "denyAll"}},),
    ),
    Sample(
        "topic",
        "aws:sns/topic:Topic",
        {"name": "sample-topic", "displayName": "Sample", "tags": TAGS},
        (
            {"displayName": "Other"},
            {"displayName": None},
            {"kmsMasterKeyId": "alias/aws/sns"},
            {"tracingConfig": "Active"},
            {"signatureVersion": 2},
            {"deliveryPolicy": json.dumps({"http": {"defaultHealthyRetryPolicy": {"numRetries": 5}}})},
            {"sqsSuccessFeedbackSampleRate": 50, "sqsFailureFeedbackRoleArn": Ref("role", "arn")},
            {"tags": {"a": "b"}},
        ),
        ("arn", "owner"),
    ),
    Sample(
        "topic-fifo",
        "aws:sns/topic:Topic",
        {"name": "sample.fifo", "fifoTopic": True},
        ({"contentBasedDeduplication": True},),
    ),
    Sample(
        "topic-policy",
        "aws:sns/topicPolicy:TopicPolicy",
        {"arn": Ref("topic"), "policy": policy("sns:Publish")},
        ({"policy": policy("sns:Subscribe")},),
    ),
    Sample(
        "subscription",
        "aws:sns/topicSubscription:TopicSubscription",
        {"topic": Ref("topic"), "protocol": "sqs", "endpoint": Ref("queue", "arn"), "rawMessageDelivery": True},
        (
            {"rawMessageDelivery": None},
            {"filterPolicy": json.dumps({"kind": ["upload"]})},
            {"filterPolicy": json.dumps({"kind": ["upload"]}), "filterPolicyScope": "MessageBody"},
        ),
        ("arn",),
    ),
    Sample(
        "subscription-redriven",
        "aws:sns/topicSubscription:TopicSubscription",
        {
            "topic": Ref("topic"),
            "protocol": "sqs",
            "endpoint": Ref("dead-letters", "arn"),
            "redrivePolicy": redrive("sample-queue"),
        },
        ({"redrivePolicy": redrive("sample-dead-letters")},),
    ),
    Sample(
        "subscription-mail",
        "aws:sns/topicSubscription:TopicSubscription",
        {"topic": Ref("topic"), "protocol": "email", "endpoint": "someone@example.com"},
    ),
)
