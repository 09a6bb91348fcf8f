"""What a function's dead letter queue gets: the event itself (Lambda Developer Guide, "Dead-letter queues").

MiniStack sends it the record of a destination for failures, which holds the event.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from ministack.services import lambda_svc, sns, sqs

_route = lambda_svc._route_async_failure


def install() -> None:
    """Replace the one function that sends failed events on."""
    lambda_svc._route_async_failure = route


def route(target: str, name: str, event: Any, result: dict[str, Any]) -> None:
    """To a queue or a topic as it came, with what failed as attributes; to a destination as MiniStack does."""
    config = (lambda_svc._functions.get(name) or {}).get("config", {})
    if target != (config.get("DeadLetterConfig") or {}).get("TargetArn"):
        _route(target, name, event, result)
        return
    message, request = json.dumps(event), str(uuid.uuid4())
    attributes = _attributes(request, str((result.get("body") or {}).get("errorMessage", "")))
    if sqs._queue_by_arn(target) is not None:
        queue = target.rsplit(":", 1)[-1]
        sqs._act_send_message({"MessageBody": message, "MessageAttributes": attributes}, queue)
    elif target in sns._topics:
        sns._fanout(target, request, message, "", "", attributes)


def _attributes(request: str, told: str) -> dict[str, dict[str, str]]:
    """At most 1 KB of the error, as AWS cuts it."""
    values = {"RequestID": ("String", request), "ErrorCode": ("Number", "200"), "ErrorMessage": ("String", told[:1024])}
    return {name: {"DataType": kind, "StringValue": value} for name, (kind, value) in values.items() if value}
