"""The values of a rehearsed environment's secrets: people give them in life, here they are made up and open nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from operations.clients import aws

if TYPE_CHECKING:
    from infra.environment import Environment
    from local.sandbox import Sandbox

_TEST = "-test"
_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "youtube-api-keys": ("youtube/api-key",),
    "spotify-credentials": ("spotify/client-id", "spotify/client-secret"),
    "google-oauth-client": ("google/client-id", "google/client-secret"),
    "youtube-oauth-client": ("youtube/client-id", "youtube/client-secret"),
}
"""What a secret says, by its label; the others hold one value of their own name."""


def fill(environment: Environment, sandbox: Sandbox) -> None:
    """Give each secret that has no value one that nobody else has."""
    manager = aws(sandbox, "secretsmanager")
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda label: _fill(manager, environment.secret(label), label), environment.secrets))


def _fill(manager: Any, name: str, label: str) -> None:
    if _has_value(manager, name):
        return
    settings = _SETTINGS.get(label.removesuffix(_TEST), (f"{label}/value",))
    content = {setting: f"rehearsal-{secrets.token_urlsafe(16)}" for setting in settings}
    manager.put_secret_value(SecretId=name, SecretString=json.dumps(content))


def _has_value(manager: Any, name: str) -> bool:
    """Whether somebody gave it one; MiniStack makes a first version without."""
    try:
        return "SecretString" in manager.get_secret_value(SecretId=name)
    except manager.exceptions.ResourceNotFoundException:
        return False
