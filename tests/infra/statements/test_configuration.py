"""Section 5: configuration, secrets, external APIs and feature flags."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infra.environment import ENVIRONMENTS
from tests.infra.statements.reading import check, cites, environment, holds, said

SECRETS = {
    "5.1-08": ("prod", "prod/distronation/database-credentials"),
    "5.1-09": ("prod", "prod/distronation/youtube-api-keys"),
    "5.1-10": ("prod", "prod/distronation/spotify-credentials"),
    "5.1-11": ("prod", "prod/distronation/firebase-admin-key"),
    "5.1-12": ("staging", "staging/distronation/database-credentials"),
    "5.1-13": ("staging", "staging/distronation/youtube-api-keys-test"),
    "5.1-14": ("staging", "staging/distronation/spotify-credentials-test"),
    "5.1-15": ("dev", "dev/distronation/database-credentials"),
    "5.1-16": ("dev", "dev/distronation/mock-api-keys"),
    "5.1-17": ("dev", "dev/distronation/test-credentials"),
}
FLAGS = {
    "5.2-04": ("prod", "/prod/features/new-upload-flow", False),
    "5.2-05": ("prod", "/prod/features/enhanced-analytics", True),
    "5.2-06": ("prod", "/prod/features/beta-api-endpoints", False),
    "5.2-07": ("staging", "/staging/features/new-upload-flow", True),
    "5.2-08": ("staging", "/staging/features/enhanced-analytics", True),
    "5.2-09": ("staging", "/staging/features/beta-api-endpoints", True),
    "5.2-10": ("dev", "/dev/features/new-upload-flow", True),
    "5.2-11": ("dev", "/dev/features/enhanced-analytics", True),
    "5.2-12": ("dev", "/dev/features/experimental-features", True),
}


@cites("5.1-01", "5.1-02", "5.1-03", "5.1-04")
def test_5_1_precedence(statement: str) -> None:
    order = ("runtime variable", "secret", "parameter", "default")
    for name in ENVIRONMENTS:
        assert environment(name).configuration.precedence == order


@said(
    ("5.1-05", "prod", "configuration.variable_prefix", "PROD"),
    ("5.1-06", "staging", "configuration.variable_prefix", "STAGING"),
    ("5.1-07", "dev", "configuration.variable_prefix", "DEV"),
    ("C-03", "local", "configuration.variable_prefix", "DEV"),
    ("C-03", "local", "configuration.path_prefix", "dev"),
    ("5.1-18", "prod", "external_apis.youtube.base_url", "https://www.googleapis.com/youtube/v3"),
    ("5.1-19", "prod", "external_apis.youtube.quota", 10000),
    ("5.1-19", "prod", "external_apis.youtube.quota_unit", "units/day"),
    ("5.1-20", "prod", "external_apis.youtube.authentication", ("oauth2", "api-key")),
    ("5.1-21", "prod", "external_apis.spotify.base_url", "https://api.spotify.com/v1"),
    ("5.1-22", "prod", "external_apis.spotify.quota", 100),
    ("5.1-22", "prod", "external_apis.spotify.quota_unit", "requests/second"),
    ("5.1-23", "prod", "external_apis.spotify.authentication", ("client-credentials",)),
    ("5.1-24", "staging", "external_apis.youtube.mode", "mock"),  # C-14
    ("5.1-24", "staging", "external_apis.spotify.mode", "mock"),
    ("5.1-27", "dev", "external_apis.youtube.mode", "mock"),
    ("5.1-29", "dev", "external_apis.youtube.secrets", ("mock-api-keys",)),
    ("C-72", "prod", "secrets.firebase-admin-key.retire", True),
)
def test_5_1_configuration(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@holds(
    ("5.1-25", lambda: all(_quota("staging", api) < _quota("prod", api) for api in ("youtube", "spotify"))),
    ("5.1-26", lambda: {"youtube-api-keys-test", "spotify-credentials-test"} <= _credentials("staging")),
    ("5.1-28", lambda: all(_quota("dev", api) < _quota("staging", api) for api in ("youtube", "spotify"))),
)
def test_5_1_of_all(statement: str, condition: Callable[[], object]) -> None:
    assert condition()


@pytest.mark.parametrize(("statement", "secret"), SECRETS.items(), ids=SECRETS)
def test_5_1_secrets(statement: str, secret: tuple[str, str]) -> None:
    env, name = secret
    found = environment(env)
    assert name in {found.secret(label) for label, each in found.secrets.items() if each.source == "document"}


def test_5_1_no_other_secret_claims_to_be_the_documents() -> None:
    for env in ("prod", "staging", "dev"):
        found = environment(env)
        stated = {found.secret(label) for label, each in found.secrets.items() if each.source == "document"}
        assert stated == {name for owner, name in SECRETS.values() if owner == env}


@pytest.mark.parametrize(("statement", "flag"), FLAGS.items(), ids=FLAGS)
def test_5_2_flags(statement: str, flag: tuple[str, str, bool]) -> None:
    env, name, value = flag
    found = environment(env)
    assert {found.flag(label): on for label, on in found.flags.items()}[name] is value


@cites("5.2-01", "5.2-02", "5.2-03")
def test_5_2_flags_are_named_after_their_environment(statement: str) -> None:
    for env in ("prod", "staging", "dev"):
        assert len(environment(env).flags) == 3
        assert all(environment(env).flag(label).startswith(f"/{env}/features/") for label in environment(env).flags)
    assert environment("local").flag("new-upload-flow") == "/dev/features/new-upload-flow"  # C-03


def _quota(env: str, api: Any) -> int:
    return environment(env).external_apis[api].quota


def _credentials(env: str) -> set[str]:
    return {secret for api in environment(env).external_apis.values() for secret in api.secrets}
