"""Ties the request that calls a function to the invocation: AWS gives both one id, MiniStack two."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]

_INVOKE = re.compile(r"^/\d{4}-\d{2}-\d{2}/functions/[^/]+/invocations$")
_HEADER = b"x-amzn-requestid"


@dataclass
class Invocation:
    """What is known of an invocation where the request is answered."""

    request_id: str = ""


CURRENT: ContextVar[Invocation] = ContextVar("invocation", default=Invocation())  # noqa: B039 - what nobody asked for
"""Of the request that is being answered; threads that work for it see the same one."""


def named(path: str, send: Send) -> Send:
    """`send`, with the invocation's id in the answer where a path invokes a function."""
    if not _INVOKE.match(path):
        return send
    invocation = Invocation()
    CURRENT.set(invocation)

    async def send_named(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and invocation.request_id:
            kept = [(name, value) for name, value in message["headers"] if name.lower() != _HEADER]
            message = {**message, "headers": [*kept, (_HEADER, invocation.request_id.encode())]}
        await send(message)

    return send_named
