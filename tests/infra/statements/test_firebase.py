"""Section 3: Firebase. The rules themselves (3.2) are tested where they stand, with an evaluator."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.environment import open_points
from tests.infra.statements.reading import check, cites, environment, holds, said


@said(
    ("3.1-02", "prod", "firebase.project_name", "Distro Nation Production"),
    ("3.1-04", "prod", "firebase.region", "us-central1"),
    ("3.1-05", "prod", "firebase.authentication.providers", ("password", "google")),
    ("3.1-06", "prod", "firebase.authentication.providers", ("password", "google")),
    ("3.1-07", "prod", "firebase.authentication.enumeration_protection", True),  # C-49
    ("3.1-07", "prod", "firebase.rules", "production"),
    ("3.1-08", "prod", "firebase.authentication.claims", ("admin", "artist", "support")),
    ("3.1-09", "prod", "firebase.authentication.session_hours", 24),
    ("3.1-10", "prod", "firebase.rules", "production"),
    ("3.1-12", "prod", "firebase.database.exports", ("daily", "hourly")),  # C-21
    ("3.1-13", "prod", "firebase.rules", "production"),
    ("3.1-14", "prod", "firebase.storage.delete_after_days", None),
    ("3.1-15", "prod", "firebase.storage.cdn", True),
    ("3.1-17", "staging", "firebase.project_name", "Distro Nation Staging"),
    ("3.1-18", "staging", "firebase.billing", "production"),
    ("3.1-19", "staging", "firebase.region", "us-central1"),
    ("3.1-20", "staging", "firebase.authentication.providers", ("password", "google")),
    ("3.1-21", "staging", "firebase.rules", "staging"),
    ("3.1-22", "staging", "firebase.authentication.claims", ("admin", "artist", "support")),
    ("3.1-23", "staging", "firebase.authentication.session_hours", 24),
    ("3.1-24", "staging", "firebase.authentication.test_claim", "tester"),  # C-54
    ("3.1-26", "staging", "firebase.database.exports", ("weekly",)),
    ("3.1-27", "staging", "firebase.rules", "staging"),
    ("3.1-28", "staging", "firebase.storage.delete_after_days", 30),
    ("3.1-29", "staging", "firebase.storage.cdn", True),
    ("3.1-31", "dev", "firebase.project_name", "Distro Nation Development"),
    ("3.1-32", "dev", "firebase.billing", "development"),
    ("3.1-33", "dev", "firebase.region", "us-central1"),
    ("3.1-34", "dev", "firebase.authentication.providers", ("password",)),
    ("3.1-35", "dev", "firebase.rules", "development"),
    ("3.1-36", "dev", "firebase.authentication.claims", ("admin",)),
    ("3.1-37", "dev", "firebase.authentication.session_hours", 7 * 24),
    ("3.1-38", "dev", "firebase.rules", "development"),  # C-56
    ("3.1-40", "dev", "firebase.database.exports", ()),
    ("3.1-41", "dev", "firebase.rules", "development"),
    ("3.1-42", "dev", "firebase.storage.delete_after_days", 7),
    ("3.1-43", "dev", "firebase.storage.cdn", False),
)
def test_3_1_projects(statement: str, env: str, path: str, value: Any) -> None:
    check(env, path, value)


@holds(
    ("3.1-01", lambda: _open("prod", "3.1-01").status == "open" and _open("prod", "3.1-01").needed),
    ("3.1-03", lambda: _open("prod", "3.1-03").needed),  # C-46
    ("3.1-11", lambda: environment("prod").firebase.database.indexes["artists"]),  # C-51
    ("3.1-16", lambda: _open("staging", "3.1-16").status == "derived"),
    ("3.1-25", lambda: environment("staging").firebase.database == _with_exports_of_staging()),
    ("3.1-30", lambda: _open("dev", "3.1-30").status == "derived"),
    ("3.1-39", lambda: _indexes("dev") < _indexes("prod")),
)
def test_3_1_of_all(statement: str, condition: Callable[[], object]) -> None:
    assert condition()


@cites("C-46")
def test_an_emulated_project_is_a_demo_one(statement: str) -> None:
    assert environment("local").firebase_project == "demo-distronation-local"
    assert environment("dev").firebase_project == "distronation-dev-firebase"


def _open(env: str, statement: str) -> Any:
    return next(point for point in open_points(environment(env)) if statement in point.statements)


def _with_exports_of_staging() -> Any:
    return environment("prod").firebase.database.model_copy(update={"exports": ("weekly",)})


def _indexes(env: str) -> set[tuple[str, str]]:
    indexes = environment(env).firebase.database.indexes
    return {(path, key) for path, keys in indexes.items() for key in keys}
