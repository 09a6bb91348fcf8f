"""Where configuration is read: the runtime's variables, Secrets Manager, Parameter Store, defaults (section 5.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .clients import client
from .precedence import Effective, Origin, effective
from .settings import Settings

# What holds where nobody says otherwise. A feature flag that is set nowhere is off (C-75).
DEFAULTS: Mapping[str, str] = {
    "catalogue/page-size": "50",
    "features/beta-api-endpoints": "false",
    "features/enhanced-analytics": "false",
    "features/experimental-features": "false",
    "features/new-upload-flow": "false",
    "ingest/retry-seconds": "30",
    "upload/content-types": "audio/flac,audio/mpeg,audio/wav,image/jpeg,image/png,video/mp4",
    "upload/max-bytes": "104857600",
    "upload/url-seconds": "900",
}


def read(settings: Settings) -> dict[str, Effective]:
    """The effective configuration of the environment; raises botocore's ClientError where a source is shut."""
    stored = [_secrets(settings), _parameters(settings), _defaults()]
    known = {key for layer in stored for key in layer}
    return effective([_variables(settings, known), *stored])


def read_parameters(settings: Settings) -> dict[str, Effective]:
    """The same for functions that may see no secret: variables, parameters, defaults."""
    stored = [_parameters(settings), _defaults()]
    known = {key for layer in stored for key in layer}
    return effective([_variables(settings, known), *stored])


def flag(configuration: Mapping[str, Effective], name: str) -> bool:
    """Whether a feature is on; a flag that nobody sets is off (C-75)."""
    found = configuration.get(f"features/{name}")
    return found is not None and found.origin.value.strip().lower() == "true"


def _variables(settings: Settings, keys: Iterable[str]) -> dict[str, Origin]:
    """Variables that name a setting which another source knows: the name alone does not tell `_` from `-` or `/`."""
    found = {}
    for key in keys:
        name = settings.variable(*key.split("/", 1))
        if name in settings.variables:
            found[key] = Origin("runtime variable", name, settings.variables[name])
    return found


def _secrets(settings: Settings) -> dict[str, Origin]:
    found: dict[str, Origin] = {}
    for name in filter(None, settings.variables.get("DISTRO_SECRETS", "").split(",")):
        for key, value in _secret(name).items():
            found.setdefault(key, Origin("secret", name, str(value), secret=True))
    return found


def _secret(name: str) -> dict[str, Any]:
    """The JSON object of a secret; one that was declared and not filled yet holds no settings."""
    manager = client("secretsmanager")
    try:
        text = manager.get_secret_value(SecretId=name).get("SecretString", "{}")
    except manager.exceptions.ResourceNotFoundException:
        return {}
    value = json.loads(text)
    return {key: found for key, found in value.items() if "/" in key} if isinstance(value, dict) else {}


def _parameters(settings: Settings) -> dict[str, Origin]:
    base = f"/{settings.namespace}"
    found = {}
    for path in (f"{base}/config", f"{base}/features"):
        for page in client("ssm").get_paginator("get_parameters_by_path").paginate(Path=path, Recursive=True):
            for parameter in page["Parameters"]:
                key = parameter["Name"].removeprefix(f"{base}/config/").removeprefix(f"{base}/")
                found[key] = Origin("parameter", parameter["Name"], parameter["Value"])
    return found


def _defaults() -> dict[str, Origin]:
    return {key: Origin("default", "default", value) for key, value in DEFAULTS.items()}
