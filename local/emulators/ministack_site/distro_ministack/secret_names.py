"""Secrets whose ARN another service chose, such as RDS: MiniStack takes it from a tag, as LocalStack and moto do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ministack.services import secretsmanager

_SUFFIX = "_custom_id_"
"""The tag that holds the random end of the ARN."""
_ORDERS = frozenset({_SUFFIX, "BYPASS_SECRET_ID_VALIDATION"})
"""Tags that are orders to the emulator and are not kept."""

_store = secretsmanager._store_new_secret


def install() -> None:
    """Replace the one function that makes secrets."""
    secretsmanager._store_new_secret = _store_new_secret


def _store_new_secret(name: str, *args: Any, tags: Iterable[Mapping[str, str]] | None = None, **more: Any) -> Any:
    given = list(tags or ())
    kept = [tag for tag in given if tag["Key"] not in _ORDERS]
    arn, version = _store(name, *args, tags=kept, **more)
    for tag in given:
        if tag["Key"] == _SUFFIX:
            arn = f"{arn.rpartition('-')[0]}-{tag['Value']}"
            secretsmanager._secrets[name]["ARN"] = arn
    return arn, version
