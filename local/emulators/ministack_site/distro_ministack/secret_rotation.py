"""CancelRotateSecret, which MiniStack lacks."""

from __future__ import annotations

import json
from typing import Any

from ministack.services import secretsmanager

_handle = secretsmanager.handle_request


def install() -> None:
    """Replace the service's entry."""
    secretsmanager.handle_request = _handle_request


async def _handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
    if not headers.get("x-amz-target", "").endswith(".CancelRotateSecret"):
        return await _handle(method, path, headers, body, query)
    _, secret = secretsmanager._resolve(json.loads(body).get("SecretId"))
    if not secret:
        told = "Secrets Manager can't find the specified secret."
        return secretsmanager.error_response_json("ResourceNotFoundException", told, 400)
    secret["RotationEnabled"] = False
    return secretsmanager.json_response({"ARN": secret["ARN"], "Name": secret["Name"]})
