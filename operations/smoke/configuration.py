"""Configuration (section 5): flags and secrets as a function sees them, by the document's precedence."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from operations.smoke.check import Check, Context, expect

_ORDER = ("runtime variable", "secret", "parameter", "default")


def _flags(context: Context) -> str:
    settings = _effective(context)
    for name, value in context.environment.flags.items():
        found = settings.get(f"features/{name}")
        expect(found is not None, f"the function does not see the flag {name}")
        expect(found["value"] == str(value).lower(), f"the flag {name} is {found['value']}, specified {value}")
        expect(found["source"] == "parameter", f"the flag {name} comes from a {found['source']}")
    return f"{len(context.environment.flags)} flags read from Parameter Store by a function"


def _precedence(context: Context) -> str:
    settings = _effective(context)
    several = {key: found for key, found in settings.items() if found["shadowed"]}
    for key, found in several.items():
        ranks = [_ORDER.index(origin["source"]) for origin in (found, *found["shadowed"])]
        expect(ranks == sorted(ranks), f"{key} is taken from its {found['source']} against section 5.1")
    sources = {origin["source"] for found in settings.values() for origin in (found, *found["shadowed"])}
    # A runtime variable is among an emulated function's settings alone: its retries are quicker than AWS's.
    expected = _ORDER if context.emulated else _ORDER[1:]
    missing = [source for source in expected if source not in sources]
    expect(not missing, f"the function reads nothing from a {' or '.join(missing)}")
    return f"{len(settings)} settings from {len(sources)} sources, {len(several)} with a choice"


def _secret(context: Context) -> str:
    settings = _effective(context)
    secret = {key: found for key, found in settings.items() if found["source"] == "secret"}
    expect(secret, "the function reads no secret")
    shown = [key for key, found in secret.items() if set(found["value"]) != {"*"}]
    expect(not shown, f"secrets are shown in clear: {', '.join(shown)}")
    return f"{len(secret)} settings from Secrets Manager, masked"


def _effective(context: Context) -> Any:
    answer = context.api("GET", "/config")
    expect(answer.status_code == HTTPStatus.OK, f"GET /config answered {answer.status_code}: {answer.text[:300]}")
    return answer.json()["settings"]


CHECKS = (
    Check("feature-flags", "flags", _flags),
    Check("precedence", "config", _precedence),
    Check("secrets", "secrets", _secret),
)
