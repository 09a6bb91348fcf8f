"""Firebase's smoke checks pass on an emulator configured as deployed; each fails once its system is broken."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from infra.environment import Environment
from infra.specification import load
from operations.google_settings.google import Google
from operations.smoke import firebase, identity
from operations.smoke.check import Check, CheckFailed, Context
from tests.local import firebase_emulator
from tests.local.firebase_emulator import PROJECT, Auth
from tests.operations.google_settings.google_server import TOKEN, google_server

DEPLOYED: dict[str, Any] = {
    "signIn": {"email": {"enabled": True, "passwordRequired": True}, "anonymous": {"enabled": False}},
    "emailPrivacyConfig": {"enableImprovedEmailPrivacy": True},
    "passwordPolicyConfig": {
        "passwordPolicyEnforcementState": "ENFORCE",
        "passwordPolicyVersions": [{"customStrengthOptions": {"minPasswordLength": 12}}],
    },
}
BROKEN: dict[str, dict[str, Any]] = {
    "firebase-sign-in": {"signIn": {"email": {"enabled": False}}},
    "firebase-claims": {"signIn": {"email": {"enabled": False}}},
    "firebase-session": {"signIn": {"email": {"enabled": False}}},
    "firebase-password-policy": {"passwordPolicyConfig": {"passwordPolicyEnforcementState": "OFF"}},
    "firebase-enumeration": {"emailPrivacyConfig": {"enableImprovedEmailPrivacy": False}},
}
CHECKS = {check.name: check for check in firebase.CHECKS}


@pytest.fixture(scope="module")
def server() -> Iterator[Auth]:
    with firebase_emulator.running() as auth:
        yield auth


@pytest.fixture
def context(server: Auth) -> Iterator[Context]:
    yield from context_for(server, load("local"))


def context_for(server: Auth, environment: Environment) -> Iterator[Context]:
    server.reset()
    configure(server, DEPLOYED)
    variables = {"FIREBASE_AUTH_EMULATOR_HOST": server.address}
    made = Context(environment, {"firebase_project": PROJECT}, variables, lambda service: service)
    yield made
    made.http.close()


def configure(server: Auth, config: dict[str, Any]) -> None:
    mask = {"updateMask": ",".join(config)}
    server.admin("PATCH", "v2/projects/{project}/config", params=mask, json=config).raise_for_status()


def enable_google(server: Auth) -> None:
    body = {"clientId": "id", "clientSecret": "secret", "enabled": True}
    path = "v2/projects/{project}/defaultSupportedIdpConfigs"
    server.admin("POST", path, params={"idpId": "google.com"}, json=body)


@pytest.mark.parametrize("check", firebase.CHECKS, ids=lambda check: check.name)
def test_passes_as_deployed_and_leaves_no_user(server: Auth, context: Context, check: Check) -> None:
    assert check.run(context)
    found = server.admin("POST", "v1/projects/{project}/accounts:query", json={}).json()
    assert not found.get("userInfo")


@pytest.mark.parametrize("name", BROKEN)
def test_fails_when_broken(server: Auth, context: Context, name: str) -> None:
    configure(server, copy.deepcopy(BROKEN[name]))
    with pytest.raises(CheckFailed):
        CHECKS[name].run(context)


def test_google_that_is_on_although_it_should_be_off_is_found(server: Auth, context: Context) -> None:
    enable_google(server)
    with pytest.raises(CheckFailed, match="let through"):
        CHECKS["firebase-google"].run(context)


def test_google_that_is_off_although_it_should_be_on_is_found(server: Auth) -> None:
    for context in context_for(server, load("staging").emulated()):
        google = "v2/projects/{project}/defaultSupportedIdpConfigs/google.com"
        server.admin("DELETE", google)
        with pytest.raises(CheckFailed, match="OPERATION_NOT_ALLOWED"):
            CHECKS["firebase-google"].run(context)
        enable_google(server)
        assert CHECKS["firebase-google"].run(context) == "signed in by a Google ID token"
        server.admin("DELETE", google)


def test_google_takes_no_token_but_its_own(server: Auth) -> None:
    """On genuine clouds; the emulator takes every token, which has to be found."""
    for context in context_for(server, load("staging")):
        google = "v2/projects/{project}/defaultSupportedIdpConfigs/google.com"
        server.admin("DELETE", google)  # settings outlive the reset
        vars(context)["identity"] = identity.emulated(server.address, PROJECT, context.http)
        with pytest.raises(CheckFailed, match="Google sign-in is off: OPERATION_NOT_ALLOWED"):
            CHECKS["firebase-google"].run(context)
        enable_google(server)
        with pytest.raises(CheckFailed, match="let through"):
            CHECKS["firebase-google"].run(context)
        server.admin("DELETE", google)


def test_google_is_asked_for_the_key_of_the_project_and_told_who_calls() -> None:
    with google_server() as held, httpx.Client() as http:
        google = Google(lambda: TOKEN, held.url, http)
        with pytest.raises(CheckFailed, match="p-1 has no key"):
            identity.genuine(google, "p-1")
        held.documents["/admin/v2/projects/p-1/config"] = {"client": {"apiKey": "canary-key"}}
        found = identity.genuine(google, "p-1")
        assert (found.key, found.url) == ("canary-key", held.url)
        assert found.administrator() == {"Authorization": f"Bearer {TOKEN}", "X-Goog-User-Project": "p-1"}
        assert "canary" not in repr(found)


@pytest.mark.parametrize("check", firebase.CHECKS, ids=lambda check: check.name)
def test_fails_when_nothing_answers(context: Context, check: Check) -> None:
    dead = Context(context.environment, context.outputs, {"FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9"}, context.aws)
    with pytest.raises(httpx.ConnectError):
        check.run(dead)
    dead.http.close()


def test_says_when_there_is_no_emulator(context: Context) -> None:
    nowhere = Context(context.environment, context.outputs, {}, context.aws)
    with pytest.raises(CheckFailed, match="FIREBASE_AUTH_EMULATOR_HOST is not set"):
        CHECKS["firebase-sign-in"].run(nowhere)


def test_a_claim_is_in_the_token_of_the_next_sign_in(context: Context) -> None:
    """3.1-08: a role arrives where rules look for it."""
    user = firebase.sign_up(context)
    assert "admin" not in firebase.sign_in(context, user)
    firebase.set_claims(context, user, {"admin": True})
    claims = firebase.sign_in(context, user)
    assert claims["admin"] is True
    assert json.dumps(claims["token"])
