"""What a deployment to genuine clouds needs of its caller: each missing thing named, with its remedy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from engine.plugins import Plugin, plugins
from infra.backend import Backend, backend
from infra.environment import Environment, Shared
from infra.errors import DistroError, UsageError
from infra.specification import SHARED, load, load_shared
from operations.backend import buckets
from operations.backend.caller import caller
from operations.backend.keys import Key

_GOOGLE = ("GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN")
_GOOGLE_FILE = "GOOGLE_APPLICATION_CREDENTIALS"
OAUTH: Mapping[str, str] = {
    "google-client-id": "DISTRO_GOOGLE_CLIENT_ID",
    "google-client-secret": "DISTRO_GOOGLE_CLIENT_SECRET",
}
"""Stack configuration of Google sign-in (C-48), and the variables that it is taken from."""

Need = Callable[[], None]
Install = Callable[[Plugin], None]


def specification(stack: str) -> Environment | Shared:
    """What is deployed there. Raises UsageError for what runs on emulated clouds alone."""
    found = load_shared() if stack == SHARED else load(stack)
    if isinstance(found, Environment) and found.cloud != "genuine":
        raise UsageError(f"{stack} is on emulated clouds.", hint=f"Run: distro up {stack}")
    return found


def require(stack: str, home: Path, install: Install) -> Backend:
    """Look for everything; what only plugins are missing to is completed. Nothing else is changed.

    Raises one UsageError that names all that is missing.
    """
    found = specification(stack)
    place = backend()
    absent = [plugin for plugin in plugins(home) if not plugin.there]
    problems = [*_problems(_cloud(found, place, stack)), *_problems(_firebase(found))]
    if not problems:
        problems = list(_problems(partial(install, plugin) for plugin in absent))
    elif absent:
        named = ", ".join(f"pulumi-resource-{plugin.name} {plugin.version}" for plugin in absent)
        problems.append(UsageError(f"Not installed yet: {named}.", hint="The engine downloads them once the rest is."))
    if problems:
        told = "\n".join(f"  ✖ {error.message}" + (f"\n    {error.hint}" if error.hint else "") for error in problems)
        raise UsageError(f"{stack} cannot be reached from here:\n{told}", hint="Nothing was changed.")
    return place


def _problems(needs: Iterator[Need]) -> Iterator[DistroError]:
    for need in needs:
        try:
            need()
        except DistroError as error:
            yield error


def _cloud(found: Environment | Shared, place: Backend, stack: str) -> Iterator[Need]:
    """Credentials; and only with those, what they have to open."""
    try:
        who = caller(place.region, found.account)
    except UsageError as error:
        yield _raising(error)
        return
    yield lambda: _ready(buckets.Bucket(who.client("s3"), place.bucket, place.region), "State is kept in")
    yield lambda: _ready(Key(who.client("kms"), place.alias(stack), {}), "Secrets are encrypted under")


def _ready(part: buckets.Bucket | Key, role: str) -> None:
    status = part.look()
    if status.status in {"missing", "refused"}:
        raise UsageError(
            f"{role} {part.name.partition(':')[0]}, which {status.detail or 'does not exist'}.",
            hint="Run, as an administrator of the account: distro backend init",
        )


def _firebase(found: Environment | Shared) -> Iterator[Need]:
    if not isinstance(found, Environment):
        return
    yield _google_credentials
    if "google" in found.firebase.authentication.providers:
        yield _oauth_client


def _google_credentials() -> None:
    """As Google's libraries look for them (Application Default Credentials)."""
    named = os.environ.get(_GOOGLE_FILE)
    if named and not Path(named).is_file():
        raise UsageError(f"{_GOOGLE_FILE} names {named}, which is no file.")
    folder = Path(os.environ.get("CLOUDSDK_CONFIG") or Path.home() / ".config" / "gcloud")
    default = folder / "application_default_credentials.json"
    if not (named or any(os.environ.get(name) for name in _GOOGLE) or default.is_file()):
        raise UsageError(
            "There are no Google Cloud credentials here.",
            hint=f"Sign in (`gcloud auth application-default login`), or set {_GOOGLE_FILE}.",
        )


def _oauth_client() -> None:
    missing = [variable for variable in OAUTH.values() if not os.environ.get(variable)]
    if missing:
        raise UsageError(
            f"The OAuth client of Google sign-in is not given (C-48): set {' and '.join(missing)}.",
            hint="It belongs to the environment's Google Cloud project.",
        )


def _raising(error: DistroError) -> Need:
    def need() -> None:
        raise error

    return need
