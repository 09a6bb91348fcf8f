"""Refuses what the sandbox's table does not give to MiniStack, before MiniStack sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from distro_ministack import invocation

Scope = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_SIGNED = re.compile(r"Credential=[^/,\s]+/\d{8}/[^/]*/(?P<name>[^/]+)/aws4_request")
"""The header `Authorization` (AWS Signature Version 4, "Credential")."""
_OPEN = ("/_ministack/health", "/_ministack/ready")
_OWN = ("/_ministack/", "/_localstack/")
"""MiniStack's own interface: it takes no login, and resets or reconfigures everything."""


class Guard:
    """An ASGI application in front of MiniStack's; `names`: the signing names that may pass."""

    def __init__(self, application: Application, names: Iterable[str]) -> None:
        self._application = application
        self._names: Collection[str] = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it: 501 for a service, 403 for MiniStack's own interface and for websockets."""
        if scope["type"] == "websocket":  # of services that no table gives to MiniStack
            await send({"type": "websocket.close"})
            return
        if scope["type"] == "http":
            path = scope["path"]
            if path.startswith(_OWN) and path not in _OPEN:
                await _answer(scope, send, HTTPStatus.FORBIDDEN, "AccessDenied", f"{path} is closed in a sandbox")
                return
            name = signing_name(scope)
            if name is not None and name not in self._names:
                told = f"No emulator of this sandbox serves {name!r} here"
                await _answer(scope, send, HTTPStatus.NOT_IMPLEMENTED, "NotImplemented", told)
                return
            send = invocation.named(path, send)
        await self._application(scope, receive, send)


def signing_name(scope: Scope) -> str | None:
    """The service that a request is signed for, by its header or presigned; None for an unsigned one."""
    header = _header(scope, b"authorization")
    if found := _SIGNED.search(header):
        return found["name"]
    presigned = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("X-Amz-Credential", [""])[0]
    parts = presigned.split("/")
    return parts[3] if len(parts) == 5 else None  # noqa: PLR2004 - key, date, region, service, "aws4_request"


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name), "")


async def _answer(scope: Scope, send: Send, status: HTTPStatus, code: str, message: str) -> None:
    """An error that AWS's SDKs read in the protocol of the request."""
    if "x-www-form-urlencoded" in _header(scope, b"content-type"):
        kind, body = (
            "text/xml",
            f"<ErrorResponse><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error></ErrorResponse>",
        )
    else:
        kind, body = "application/json", json.dumps({"__type": code, "message": message})
    headers = [(b"content-type", kind.encode()), (b"x-amzn-errortype", code.encode())]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
