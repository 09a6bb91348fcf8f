"""Asynchronous functions (section 2.1): what fails three times lands in the dead letter queue."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from operations.smoke.check import Check, CheckFailed, Context, expect

_PATIENCE = 30.0  # seconds; Lambda tries again twice before it gives a message up
_RETRIES = 2  # the most that Lambda offers


def _dead_letter(context: Context) -> str:
    return _fails(context) if context.emulated else _is_set(context)


def _is_set(context: Context) -> str:
    """Of genuine clouds the settings alone: a failure wakes people, and Lambda takes minutes for its three tries."""
    function, functions = context.output("ingest_function"), context.aws("lambda")
    queue = context.output("dead_letter_queue_url")
    attributes = context.aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    wanted = attributes["QueueArn"]
    found = functions.get_function_configuration(FunctionName=function).get("DeadLetterConfig", {}).get("TargetArn")
    expect(found == wanted, f"what {function} gives up goes to {found}, not to {wanted}")
    retries = functions.get_function_event_invoke_config(FunctionName=function).get("MaximumRetryAttempts")
    least = min(_RETRIES, context.environment.functions.receive_attempts - 1)
    expect(retries == least, f"{function} is tried again {retries} times, specified are {least}")
    return f"tried again {retries} times, then to {queue}"


def _fails(context: Context) -> str:
    mark = f"smoke-{uuid.uuid4()}"
    payload = json.dumps({"smoke": mark})  # names no object: the function refuses it every time
    started = time.monotonic()
    context.aws("lambda").invoke(
        FunctionName=context.output("ingest_function"), InvocationType="Event", Payload=payload
    )
    message = receive(context.aws("sqs"), context.output("dead_letter_queue_url"), mark, _PATIENCE)
    if message is None:
        raise CheckFailed(f"the failing message is not in the dead letter queue after {_PATIENCE:.0f} s")
    return f"tried three times, then in the dead letter queue after {time.monotonic() - started:.1f} s"


def receive(sqs: Any, queue: str, mark: str, patience: float) -> str | None:
    """The body of the message that holds `mark`, taken off the queue; None if it does not come in time."""
    deadline = time.monotonic() + patience
    while (left := deadline - time.monotonic()) > 0:
        answer = sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=min(10, max(1, int(left))), VisibilityTimeout=1
        )
        for message in answer.get("Messages", []):
            if mark in message["Body"]:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                return str(message["Body"])
    return None


CHECKS = (Check("dead-letter-queue", "sqs", _dead_letter),)
