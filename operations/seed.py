"""Example data for a sandbox, put in through the interfaces that users have: realistic, fake, the same every time.

Running it again adds what is missing and changes nothing else (section 9.2: development's data is synthetic).
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from infra.errors import OperationFailed
from operations import sandbox
from operations.clients import aws
from operations.target import Target

if TYPE_CHECKING:
    from local.sandbox import Sandbox

_ARTISTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "The Placeholder Four": {"Lorem": ("Ipsum", "Dolor", "Sit Amet"), "Greeking": ("Etaoin", "Shrdlu")},
    "Jane Sample": {"Untitled (Example)": ("First Draft", "Second Draft"), "Specimen": ("Type", "Token")},
    "Foo & the Bars": {"Baz": ("Qux", "Quux", "Corge"), "Metasyntax": ("Grault", "Garply", "Waldo", "Fred")},
    "Mock Orchestra": {"Études for Nobody": ("Adagio", "Presto"), "Fixture": ("Set-Up", "Tear-Down")},
}
# Reserved names (RFC 2606) and a password that is none: nothing here belongs to anybody.
_USERS: Mapping[str, Mapping[str, Any]] = {
    "admin@example.com": {"admin": True},
    "artist@example.com": {"role": "artist"},
    "tester@example.com": {"role": "tester", "tester": True},
}
_PASSWORD = "sandbox-only"  # noqa: S105
_OBJECTS = ("covers/lorem.png", "covers/greeking.png", "audio/ipsum.flac")


@dataclass(frozen=True)
class Seeded:
    """How many things of each kind were added; what was there already does not count."""

    releases: int
    users: int
    objects: int


def seed(target: Target) -> Seeded:
    """Fill the sandbox with example data. Raises OperationFailed where an interface refuses it."""
    found, outputs = sandbox.running(target), sandbox.outputs(target).clear
    with httpx.Client(timeout=30, trust_env=False) as http, ThreadPoolExecutor() as pool:
        releases = pool.submit(_releases, http, str(outputs["api_url"]))
        users = pool.submit(_users, http, found, str(outputs["firebase_project"]))
        objects = pool.submit(_objects, found, str(outputs["content_bucket"]))
        return Seeded(releases.result(), users.result(), objects.result())


def _releases(http: httpx.Client, api: str) -> int:
    added = 0
    for artist, releases in _ARTISTS.items():
        for title, tracks in releases.items():
            listed = [{"title": track, "seconds": 120 + 7 * number} for number, track in enumerate(tracks)]
            answer = http.post(
                f"{api.rstrip('/')}/catalogue", json={"artist": artist, "title": title, "tracks": listed}
            )
            added += _made(answer, there=409)
    return added


def _users(http: httpx.Client, found: Sandbox, project: str) -> int:
    base = f"{found.endpoint('firebase-auth')}/identitytoolkit.googleapis.com/v1/projects/{project}/accounts"
    return sum(_user(http, base, email, claims) for email, claims in _USERS.items())


def _user(http: httpx.Client, base: str, email: str, claims: Mapping[str, Any]) -> int:
    import json

    owner = {"Authorization": "Bearer owner"}
    looked = http.post(f"{base}:lookup", json={"email": [email]}, headers=owner).raise_for_status().json()
    if looked.get("users"):
        return 0
    account = {"email": email, "password": _PASSWORD, "emailVerified": True, "customAttributes": json.dumps(claims)}
    made = http.post(base, json=account, headers=owner)
    if made.is_error:
        raise OperationFailed(f"The Auth emulator refused {email}: {made.text[:200]}")
    http.post(f"{base}:update", json={"localId": made.json()["localId"], "customAttributes": json.dumps(claims)},
              headers=owner).raise_for_status()  # fmt: skip
    return 1


def _objects(found: Sandbox, bucket: str) -> int:
    s3 = aws(found, "s3")
    there = {item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix="example/").get("Contents", [])}
    missing = [f"example/{key}" for key in _OBJECTS if f"example/{key}" not in there]
    for key in missing:
        s3.put_object(Bucket=bucket, Key=key, Body=f"example data: {key}".encode())
    return len(missing)


def _made(answer: httpx.Response, *, there: int) -> int:
    if answer.status_code == there:
        return 0
    if answer.is_error:
        raise OperationFailed(f"{answer.request.url} answered {answer.status_code}: {answer.text[:200]}")
    return 1
