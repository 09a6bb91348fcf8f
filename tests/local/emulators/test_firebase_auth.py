"""The Auth emulator as clients know it: official answers by default, Google's once a configuration is applied."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.errors import OperationFailed
from infra.progress import Progress, silent
from local.emulators import firebase_auth, node
from tests.local import firebase_emulator
from tests.local.firebase_emulator import PROJECT, Auth

USER = {"email": "kim@example.com", "password": "secret-enough"}
CONFIG = "v2/projects/{project}/config"


@pytest.fixture(scope="module")
def server() -> Iterator[Auth]:
    with firebase_emulator.running() as auth:
        yield auth


@pytest.fixture
def auth(server: Auth) -> Auth:
    server.reset()
    return server


def configure(auth: Auth, mask: str, **config: Any) -> None:
    auth.admin("PATCH", CONFIG, params={"updateMask": mask}, json=config).raise_for_status()


def error(answer: Any) -> str:
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"]["message"])


# --- as the official emulator ------------------------------------------------------------------------------


def test_says_that_it_is_ready(auth: Auth) -> None:
    assert auth.http.get("/").json()["authEmulator"]["ready"] is True


def test_signs_up_and_in(auth: Auth) -> None:
    made = auth.client("signUp", **USER).json()
    found = auth.client("signInWithPassword", **USER).json()
    assert found["localId"] == made["localId"]
    assert found["registered"] is True


@pytest.mark.parametrize(
    ("method", "body", "message"),
    [
        ("signUp", {"email": "kim@example.com"}, "MISSING_PASSWORD"),
        ("signUp", {"email": "kim", "password": "secret"}, "INVALID_EMAIL"),
        ("signUp", {"email": "lee@example.com", "password": "12345"}, "WEAK_PASSWORD : Password should be at least 6"),
        ("signInWithPassword", {"email": "lee@example.com", "password": "x"}, "EMAIL_NOT_FOUND"),
        ("signInWithCustomToken", {"token": "nonsense"}, "INVALID_CUSTOM_TOKEN"),
    ],
)
def test_refuses_with_official_messages(auth: Auth, method: str, body: dict[str, str], message: str) -> None:
    assert error(auth.client(method, **body)).startswith(message)


def test_lets_everybody_in_while_nothing_is_configured(auth: Auth) -> None:
    assert auth.client("signUp").status_code == 200  # anonymously
    token = json.dumps({"sub": "1", "email": "lee@example.com"})
    body = f"id_token={token}&providerId=google.com"
    assert auth.client("signInWithIdp", postBody=body, requestUri="http://localhost").status_code == 200


def test_requires_an_administrator_for_administration(auth: Auth) -> None:
    answer = auth.http.get(f"/identitytoolkit.googleapis.com/v2/projects/{PROJECT}/config")
    assert answer.status_code == 403


# --- as Google, where a configuration was applied ------------------------------------------------------------


def test_password_sign_in_can_be_off(auth: Auth) -> None:
    configure(auth, "signIn.email.enabled", signIn={"email": {"enabled": False}})
    assert error(auth.client("signUp", **USER)) == "OPERATION_NOT_ALLOWED"
    assert error(auth.client("signInWithPassword", **USER)) == "PASSWORD_LOGIN_DISABLED"


def test_anonymous_sign_in_is_off_where_sign_in_is_configured(auth: Auth) -> None:
    configure(auth, "signIn.email.enabled", signIn={"email": {"enabled": True}})
    assert error(auth.client("signUp")) == "ADMIN_ONLY_OPERATION"


def test_identity_providers_have_to_be_enabled(auth: Auth) -> None:
    configure(auth, "signIn.email.enabled", signIn={"email": {"enabled": True}})
    body = {"postBody": f"id_token={json.dumps({'sub': '1', 'email': 'lee@example.com'})}&providerId=google.com"}
    refused = auth.client("signInWithIdp", requestUri="http://localhost", **body)
    assert error(refused).startswith("OPERATION_NOT_ALLOWED : The identity provider configuration is not found.")

    configs, client = "v2/projects/{project}/defaultSupportedIdpConfigs", {"clientId": "id", "clientSecret": "secret"}
    auth.admin("POST", configs, params={"idpId": "google.com"}, json={**client, "enabled": True}).raise_for_status()
    assert auth.client("signInWithIdp", requestUri="http://localhost", **body).status_code == 200

    auth.admin("PATCH", f"{configs}/google.com", params={"updateMask": "enabled"}, json={"enabled": False})
    assert error(auth.client("signInWithIdp", requestUri="http://localhost", **body)).startswith("OPERATION_NOT")
    auth.admin("DELETE", f"{configs}/google.com").raise_for_status()
    assert auth.admin("GET", f"{configs}/google.com").status_code == 404


def test_password_policy_names_what_is_missing(auth: Auth) -> None:
    policy(auth, {"minPasswordLength": 12, "containsNumericCharacter": True, "containsNonAlphanumericCharacter": True})
    assert error(auth.client("signUp", email="kim@example.com", password="too short")) == (
        "PASSWORD_DOES_NOT_MEET_REQUIREMENTS : Missing password requirements: [Password must contain at least 12 "
        "characters, Password must contain a numeric character, Password must contain a non-alphanumeric character]"
    )
    assert auth.client("signUp", email="kim@example.com", password="long enough, 1").status_code == 200


def test_password_policy_holds_for_a_reset_too(auth: Auth) -> None:
    auth.client("signUp", **USER)
    policy(auth, {"minPasswordLength": 12})
    auth.client("sendOobCode", requestType="PASSWORD_RESET", email=USER["email"])
    code = auth.http.get(f"/emulator/v1/projects/{PROJECT}/oobCodes").json()["oobCodes"][0]["oobCode"]
    assert error(auth.client("resetPassword", oobCode=code, newPassword="short")).startswith("PASSWORD_DOES_NOT")
    assert auth.client("resetPassword", oobCode=code, newPassword="long enough for it").status_code == 200


def test_sdks_can_read_the_password_policy(auth: Auth) -> None:
    policy(auth, {"minPasswordLength": 12})
    answer = auth.http.get("/identitytoolkit.googleapis.com/v2/passwordPolicy", params={"key": "any"}).json()
    assert answer["enforcementState"] == "ENFORCE"
    assert answer["customStrengthOptions"] == {"minPasswordLength": 12}


def test_enumeration_protection_hides_who_is_there(auth: Auth) -> None:
    auth.client("signUp", **USER)
    configure(auth, "emailPrivacyConfig", emailPrivacyConfig={"enableImprovedEmailPrivacy": True})
    known = auth.client("signInWithPassword", email=USER["email"], password="wrong password")
    unknown = auth.client("signInWithPassword", email="nobody@example.com", password="wrong password")
    assert error(known) == error(unknown) == "INVALID_LOGIN_CREDENTIALS"


def policy(auth: Auth, options: dict[str, object]) -> None:
    version = {
        "passwordPolicyEnforcementState": "ENFORCE",
        "passwordPolicyVersions": [{"customStrengthOptions": options}],
    }
    configure(auth, "passwordPolicyConfig", passwordPolicyConfig=version)


# --- by firebase-admin -----------------------------------------------------------------------------------------


@pytest.fixture
def admin(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    import firebase_admin  # type: ignore[import-untyped]
    from firebase_admin import auth as api

    monkeypatch.setenv("FIREBASE_AUTH_EMULATOR_HOST", auth.address)
    app = firebase_admin.initialize_app(options={"projectId": PROJECT})
    yield api
    firebase_admin.delete_app(app)


def test_firebase_admin_manages_users_and_claims(auth: Auth, admin: Any) -> None:
    made = admin.create_user(**USER)
    admin.set_custom_user_claims(made.uid, {"admin": True})
    token = auth.client("signInWithPassword", **USER).json()["idToken"]
    assert admin.verify_id_token(token)["admin"] is True
    assert admin.get_user_by_email(USER["email"]).uid == made.uid
    admin.delete_user(made.uid)
    with pytest.raises(admin.UserNotFoundError):
        admin.get_user(made.uid)


@pytest.mark.parametrize("hours", [24, 168])
def test_firebase_admin_makes_session_cookies(auth: Auth, admin: Any, hours: int) -> None:
    token = auth.client("signUp", **USER).json()["idToken"]
    cookie = admin.create_session_cookie(token, expires_in=timedelta(hours=hours))
    claims = admin.verify_session_cookie(cookie, check_revoked=True)
    assert claims["exp"] - claims["iat"] == hours * 3600


# --- the bundle ------------------------------------------------------------------------------------------------


def test_two_run_side_by_side(auth: Auth) -> None:
    auth.client("signUp", **USER)
    with firebase_emulator.running() as other:
        assert error(other.client("signInWithPassword", **USER)) == "EMAIL_NOT_FOUND"


def test_a_taken_port_is_named(auth: Auth, tmp_path: Path) -> None:
    bundle = firebase_auth.ensure_bundle(silent)
    port = int(auth.address.rpartition(":")[2])
    launch = firebase_auth.launch(bundle, port=port, project=PROJECT, home=tmp_path, log=tmp_path / "log")
    done = subprocess.run(launch.argv, env=dict(launch.env), capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert f"EADDRINUSE: address already in use 127.0.0.1:{port}" in done.stderr


def test_is_made_once_although_two_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    steps: list[Progress] = []
    askers = [threading.Thread(target=firebase_auth.ensure_bundle, args=(steps.append,)) for _ in range(2)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert [step.detail for step in steps if step.state == "done"] == [node.find().version]
    bundle = firebase_auth.ensure_bundle(steps.append)
    assert sorted(path.name for path in bundle.iterdir()) == [
        "bundle.cache", "bundle.js", "load.js", "main.js", "node", "warm.js"
    ]  # fmt: skip


def test_missing_node_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OperationFailed, match="no `node` is on PATH") as failure:
        firebase_auth.ensure_bundle(silent)
    assert failure.value.hint is not None
    assert "Node.js 18" in failure.value.hint


def test_too_old_node_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "node"
    old.write_text('#!/bin/sh\necho \'["/usr/bin/node","v16.20.2","linux-x64"]\'\n')
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(OperationFailed, match=r"needs Node\.js 18 or newer; .* is v16\.20\.2"):
        firebase_auth.ensure_bundle(silent)


def test_a_failing_npm_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error network is unreachable' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(OperationFailed, match=r"failed at `npm ci`: .*network is unreachable"):
        firebase_auth.ensure_bundle(silent)
    assert not list((tmp_path / "distro" / "firebase-auth").glob(".*partial"))


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"node": {"path": "/"}, "stamp": []}'])
def test_a_damaged_memory_of_node_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = node.find()
    memory = tmp_path / "distro" / "firebase-auth" / "node.json"
    memory.write_text(damage)
    assert node.find() == found
    assert json.loads(memory.read_text())["node"]["version"] == found.version
