"""Values that a call leaves out or empties: MiniStack keeps the old ones where AWS does not."""

from __future__ import annotations

import functools
from typing import Any
from urllib.parse import parse_qs

from ministack.services import eventbridge, iam, scheduler

_put_rule = eventbridge._put_rule
_handle = scheduler.handle_request


def install() -> None:
    """Replace the functions."""
    # An empty description takes a role's away.
    iam.parse_qs = functools.partial(parse_qs, keep_blank_values=True)
    eventbridge._put_rule = _put_whole_rule
    scheduler.handle_request = _handle_request


def _put_whole_rule(data: dict[str, Any]) -> Any:
    """A rule is replaced as a whole (EventBridge API Reference, "PutRule")."""
    return _put_rule({"Description": "", "RoleArn": "", "State": "ENABLED", **data})


async def _handle_request(method: str, path: str, headers: Any, body: bytes, query: dict[str, Any]) -> Any:
    """UntagResource takes several keys; MiniStack takes the first one of a list."""
    if method == "DELETE" and "TagKeys" in query:
        query = {**query, "TagKeys": [query["TagKeys"]]}
    return await _handle(method, path, headers, body, query)
