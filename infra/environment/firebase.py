"""Firebase (section 3)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from infra.environment.base import Days, Form, Section, setting

Claim = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,30}$"), Form("a lower-case word")]
DatabasePath = Annotated[
    str,
    Field(pattern=r"^[A-Za-z$][A-Za-z0-9_-]*(/[A-Za-z$][A-Za-z0-9_-]*)*$"),
    Form("a path like artists or public/releases"),
]
ChildKey = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_/]*$"), Form("a child key like ownerId")]


class Authentication(Section):
    """Identity Platform."""

    providers: tuple[Literal["password", "google"], ...] = setting("3.1", "Ways to sign in.", min_length=1)
    session_hours: int = setting(
        "3.1", "Life of a session cookie (C-50); Firebase allows 5 minutes to 14 days.", unit="hours", ge=1, le=336
    )
    claims: tuple[Claim, ...] = setting("3.1", "Custom claims that hold a user's roles.", min_length=1)
    test_claim: Literal["tester"] | None = setting(
        "3.1", "Claim that staging's relaxed rules ask for (C-54); none: no relaxation.", default=None
    )
    password_length: int = setting("3.1", "Least length of a password (C-49).", default=12, ge=6, le=30)
    enumeration_protection: bool = setting("3.1", "Hide whether an e-mail address is known (C-49).", default=True)


class RealtimeDatabase(Section):
    """Realtime Database."""

    indexes: Mapping[DatabasePath, tuple[ChildKey, ...]] = setting(
        "3.1", "Child keys indexed (.indexOn) per path, for the queries that the workloads make (C-51)."
    )
    exports: tuple[Literal["hourly", "daily", "weekly"], ...] = setting(
        "3.1", "Scheduled exports to Cloud Storage (C-52); hourly for production's RPO (C-21).", default=()
    )


class Storage(Section):
    """Cloud Storage for Firebase."""

    delete_after_days: Days | None = setting(
        "3.1", "Clean-up of uploads; none: long-term retention.", unit="days", default=None
    )
    cdn: bool = setting("3.1", "Public caching headers on public files (C-53).")


class Firebase(Section):
    """The Firebase project. Its region cannot be changed once made (C-47)."""

    project_id: str | None = setting(
        "3.1",
        "Project id (to be documented); none: by the naming rule.",
        default=None,
        pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$",
        form="a project id: 6 to 30 lower-case letters, digits, hyphens",
    )
    project_name: str = setting("3.1", "Display name.", min_length=4, max_length=30)
    billing: Literal["production", "development"] = setting("3.1", "Which billing account pays.")
    billing_account: str | None = setting(
        "3.1",
        "Its id (to be documented).",
        default=None,
        pattern=r"^[0-9A-F]{6}(-[0-9A-F]{6}){2}$",
        form="a billing account like 012345-6789AB-CDEF01",
    )
    region: Literal["us-central1"] = setting("3.1", "Location of database and storage.", default="us-central1")
    rules: Literal["production", "staging", "development"] = setting(
        "3.2", "Rules of database and storage: strict, strict with a tester's claim (C-54), or any signed-in user."
    )
    authentication: Authentication = setting("3.1", "Sign-in.")
    database: RealtimeDatabase = setting("3.1", "Realtime Database.")
    storage: Storage = setting("3.1", "Cloud Storage.")
