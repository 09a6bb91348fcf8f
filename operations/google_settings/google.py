"""Calls of Google's REST APIs with the caller's credentials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from infra.errors import OperationFailed, UsageError

SCOPES = (
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/firebase.database",
    "https://www.googleapis.com/auth/userinfo.email",
)
IDENTITY_TOOLKIT = "https://identitytoolkit.googleapis.com"
_PATIENCE = 30.0


Token = Callable[[], str]
"""Where access tokens come from: a valid one for each call."""


@dataclass(frozen=True)
class Google:
    """A client. `identity_toolkit` is the address of Identity Platform's API."""

    token: Token = field(repr=False)
    identity_toolkit: str = IDENTITY_TOOLKIT
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=_PATIENCE), repr=False)

    def call(self, method: str, url: str, *, project: str = "", **request: Any) -> Any:
        """One call; `project` is charged for it. None where Google has no such thing. Raises OperationFailed."""
        try:
            answer = self.http.request(method, url, headers=self.headers(project), **request)
        except httpx.HTTPError as error:
            raise OperationFailed(f"{method} {url} failed: {error}") from error
        if answer.status_code == httpx.codes.NOT_FOUND and method == "GET":
            return None
        if answer.is_error:
            raise OperationFailed(f"{method} {url} answered {answer.status_code}: {_reason(answer)}")
        return answer.json()

    def headers(self, project: str = "") -> dict[str, str]:
        """Who calls, and who is charged."""
        return {"Authorization": f"Bearer {self.token()}", **({"X-Goog-User-Project": project} if project else {})}


def _reason(answer: httpx.Response) -> str:
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]
    return str(error.get("message", error) if isinstance(error, Mapping) else error)


def default_token() -> Token:
    """Application Default Credentials, found at the first call. Raises UsageError there without any."""
    import google.auth
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import Request

    found: list[Any] = []

    def token() -> str:
        try:
            if not found:
                found.append(google.auth.default(scopes=SCOPES)[0])
            if not found[0].valid:
                found[0].refresh(Request())
        except GoogleAuthError as error:
            raise UsageError(f"Google refuses these credentials: {error}") from error
        return str(found[0].token)

    return token
