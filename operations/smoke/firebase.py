"""Firebase Authentication (section 3.1): sign-up, sign-in, roles in the token, sessions, and what is refused."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.workloads.firebase.session import cookie_life
from operations.smoke.check import Check, CheckFailed, Context, expect


@dataclass(frozen=True)
class User:
    """A user made for one check."""

    id: str
    email: str
    password: str


def sign_up(context: Context) -> User:
    """A new user by e-mail address and a password that keeps to the policy; raises CheckFailed."""
    email, password = f"smoke-{secrets.token_hex(8)}@example.com", f"Smoke-9-{secrets.token_urlsafe(18)}"
    answer = _client(context, "signUp", {"email": email, "password": password, "returnSecureToken": True})
    expect(answer.get("email") == email, f"signed up {email}, the answer is for {answer.get('email')}")
    return User(answer["localId"], email, password)


def sign_in(context: Context, user: User) -> Mapping[str, Any]:
    """The claims of the ID token, and the token itself as `token`; raises CheckFailed."""
    body = {"email": user.email, "password": user.password, "returnSecureToken": True}
    token = _client(context, "signInWithPassword", body)["idToken"]
    claims = _claims(token)
    expect(claims["sub"] == user.id, f"signed in as {user.id}, the token is for {claims['sub']}")
    return {**claims, "token": token}


def set_claims(context: Context, user: User, claims: Mapping[str, object]) -> None:
    """Give a user roles, as a back end does; they stand in tokens from the next sign-in on."""
    context.identity.admin("accounts:update", {"localId": user.id, "customAttributes": json.dumps(claims)})


def _signs_in(context: Context) -> str:
    with _user(context) as user:
        claims = sign_in(context, user)
        project = context.output("firebase_project")
        expect(claims["aud"] == project, f"the token is for project {claims['aud']}, deployed is {project}")
        return f"signed up and in as {user.email}, token for {project}"


def _claims_arrive(context: Context) -> str:
    roles = dict.fromkeys(context.environment.firebase.authentication.claims, True)
    with _user(context) as user:
        set_claims(context, user, roles)
        claims = sign_in(context, user)
        missing = [role for role in roles if claims.get(role) is not True]
        expect(not missing, f"the token lacks {', '.join(missing)}")
    return f"the token says {', '.join(roles)}"


def _session(context: Context) -> str:
    hours = context.environment.firebase.authentication.session_hours
    seconds = int(cookie_life(hours).total_seconds())
    with _user(context) as user:
        body = {"idToken": sign_in(context, user)["token"], "validDuration": str(seconds)}
        cookie = _claims(context.identity.admin(":createSessionCookie", body)["sessionCookie"])
    life = cookie["exp"] - cookie["iat"]
    expect(life == seconds, f"a session cookie lives {life} s, specified are {hours} h")
    return f"a session cookie lives {hours} h"


def _weak_password(context: Context) -> str:
    least = context.environment.firebase.authentication.password_length
    weak = "Aa-4567890123456789012345678901"[: least - 1]
    said = _refused(context, "signUp", {"email": f"{secrets.token_hex(8)}@example.com", "password": weak})
    expect("PASSWORD" in said, f"a password of {least - 1} characters is refused with {said}")
    return f"a password of {least - 1} characters is refused"


def _unknown_user(context: Context) -> str:
    body = {"email": f"{secrets.token_hex(8)}@example.com", "password": "whatever it is"}
    said = _refused(context, "signInWithPassword", body)
    if context.environment.firebase.authentication.enumeration_protection:
        expect(said == "INVALID_LOGIN_CREDENTIALS", f"an unknown address is told apart: {said}")
    return f"an unknown address is refused: {said}"


def _google(context: Context) -> str:
    token = json.dumps({"sub": secrets.token_hex(8), "email": f"{secrets.token_hex(8)}@example.com"})
    body = {"postBody": f"id_token={token}&providerId=google.com", "requestUri": "http://localhost"}
    if "google" not in context.environment.firebase.authentication.providers:
        return f"Google sign-in is off: {_refused(context, 'signInWithIdp', body)}"
    if not context.emulated:  # nobody but Google makes a token that Google takes
        said = _refused(context, "signInWithIdp", body)
        expect("OPERATION_NOT_ALLOWED" not in said, f"Google sign-in is off: {said}")
        return f"a made-up Google ID token is refused: {said}"
    answer = _client(context, "signInWithIdp", {**body, "returnSecureToken": True})
    context.identity.admin("accounts:delete", {"localId": answer["localId"]})
    return "signed in by a Google ID token"


@contextmanager
def _user(context: Context) -> Iterator[User]:
    user = sign_up(context)
    try:
        yield user
    finally:
        context.identity.admin("accounts:delete", {"localId": user.id})


def _client(context: Context, method: str, body: Mapping[str, object]) -> Any:
    """The answer. Raises CheckFailed where it is refused."""
    status, answer = context.identity.client(method, body)
    if status >= 400:  # noqa: PLR2004 - the error classes of RFC 9110, section 15
        raise CheckFailed(f"accounts:{method} answered {status}: {answer['error']['message']}")
    return answer


def _refused(context: Context, method: str, body: Mapping[str, object]) -> str:
    """What it is refused with. Raises CheckFailed where it is let through."""
    status, answer = context.identity.client(method, body)
    if status < 400:  # noqa: PLR2004 - as above
        context.identity.admin("accounts:delete", {"localId": answer["localId"]})
        raise CheckFailed(f"accounts:{method} was let through, it has to be refused")
    return str(answer["error"]["message"])


def _claims(token: str) -> dict[str, Any]:
    """The claims of a token that was just handed out, over a connection that says by whom."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


CHECKS = (
    Check("firebase-sign-in", "firebase-auth", _signs_in),
    Check("firebase-claims", "firebase-auth", _claims_arrive),
    Check("firebase-session", "firebase-auth", _session),
    Check("firebase-password-policy", "firebase-auth", _weak_password),
    Check("firebase-enumeration", "firebase-auth", _unknown_user),
    Check("firebase-google", "firebase-auth", _google),
)
