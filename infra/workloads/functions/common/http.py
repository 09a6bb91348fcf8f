"""API Gateway's proxy integration: what comes in, what goes out, and what an error looks like to a client."""

from __future__ import annotations

import base64
import binascii
import functools
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import log

Event = Mapping[str, Any]
Answer = dict[str, Any]


class RequestError(Exception):
    """The request cannot be served as it is; `status` is the HTTP status that says so."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Request:
    """A request of API Gateway (REST, payload version 1.0)."""

    method: str
    query: Mapping[str, str]
    path: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body's JSON object; raises RequestError for anything else."""
        try:
            value = json.loads(self.body or b"null")
        except ValueError as error:
            raise RequestError(f"the body is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise RequestError("the body has to be a JSON object")
        return value


def parse(event: Event) -> Request:
    """Read an event of the proxy integration; raises RequestError for a body that is not valid base64."""
    body = (event.get("body") or "").encode()
    if event.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body, validate=True)
        except binascii.Error as error:
            raise RequestError(f"the body is not base64: {error}") from error
    return Request(
        method=event.get("httpMethod", "GET"),
        query=event.get("queryStringParameters") or {},
        path=event.get("pathParameters") or {},
        body=body,
    )


def _header(event: Event, name: str) -> str:
    """A header's value; HTTP/1.1 clients write names in any case."""
    headers = event.get("headers") or {}
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")


def answer(status: int, body: object) -> Answer:
    """A JSON answer, or an empty one for None. Nothing is cached unless the stage says so (section 4.1)."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "x-content-type-options": "nosniff"},
        "body": "" if body is None else json.dumps(body, default=str, sort_keys=True),
    }


def api(serve: Callable[[Request], Answer]) -> Callable[[Event, Any], Answer]:
    """Make a Lambda handler of a function over requests: its errors become answers, the unexpected ones a 500."""

    @functools.wraps(serve)
    def handle(event: Event, context: Any) -> Answer:
        found = _served(serve, event, getattr(context, "aws_request_id", ""))
        found["headers"] |= _cross_origin(_header(event, "origin"))
        return found

    return handle


def _served(serve: Callable[[Request], Answer], event: Event, reference: str) -> Answer:
    try:
        request = parse(event)
        return answer(204, None) if request.method == "OPTIONS" else serve(request)
    except RequestError as error:
        return answer(error.status, {"error": str(error)})
    except Exception as error:  # noqa: BLE001 - the client gets a reference, the log the cause
        log.write("failed", error=repr(error), request=reference)
        return answer(500, {"error": "internal error", "request": reference})


def _cross_origin(origin: str) -> dict[str, str]:
    """Headers that let a browser use the answer: of the origins that the environment names, the one that asks."""
    if not origin or origin not in os.environ.get("DISTRO_CORS_ORIGINS", "").split(","):
        return {}
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET,POST,OPTIONS",
        "access-control-allow-headers": "authorization,content-type,x-amz-date,x-amz-security-token",
        "access-control-max-age": "600",
        "vary": "origin",
    }
