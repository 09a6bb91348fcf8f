"""Who may do what in Cloud Storage (section 3.2), as an independent evaluator of the rules sees it."""

from __future__ import annotations

from typing import Any

import pytest

from infra.workloads.firebase import rules
from infra.workloads.firebase.rules import Profile
from tests.infra.workloads.firebase.evaluators import ask

BUCKET = "/b/distronation-prod-firebase/o"
ANONYMOUS = None
KIM: dict[str, Any] = {"uid": "kim", "token": {}}
LEE: dict[str, Any] = {"uid": "lee", "token": {}}
ADMIN: dict[str, Any] = {"uid": "ada", "token": {"admin": True}}
TESTER: dict[str, Any] = {"uid": "tess", "token": {"tester": True}}

Case = tuple[str, bool, dict[str, Any] | None, str, str]

PRODUCTION: list[Case] = [
    ("3.2-09", True, KIM, "read", "/users/kim/cover.png"),
    ("3.2-09", True, KIM, "write", "/users/kim/albums/1/cover.png"),
    ("3.2-09", False, LEE, "read", "/users/kim/cover.png"),
    ("3.2-09", False, LEE, "write", "/users/kim/cover.png"),
    ("3.2-09", False, ADMIN, "read", "/users/kim/cover.png"),
    ("3.2-09", False, ANONYMOUS, "read", "/users/kim/cover.png"),
    ("3.2-09", False, ANONYMOUS, "write", "/users/kim/cover.png"),
    ("3.2-10", True, ANONYMOUS, "read", "/public/logo.png"),
    ("3.2-10", True, LEE, "read", "/public/deep/er/logo.png"),
    ("3.2-11", True, ADMIN, "write", "/public/logo.png"),
    ("3.2-11", False, LEE, "write", "/public/logo.png"),
    ("3.2-11", False, ANONYMOUS, "write", "/public/logo.png"),
    ("3.1-13", False, ADMIN, "write", "/elsewhere/logo.png"),
    ("3.1-13", False, ANONYMOUS, "read", "/elsewhere/logo.png"),
]
STAGING: list[Case] = [
    ("3.1-27", True, TESTER, "write", "/users/kim/cover.png"),
    ("3.1-27", True, TESTER, "write", "/elsewhere/logo.png"),
    ("C-54", False, LEE, "write", "/elsewhere/logo.png"),
    ("C-54", False, ANONYMOUS, "write", "/elsewhere/logo.png"),
    ("C-54", False, ANONYMOUS, "read", "/users/kim/cover.png"),
]
DEVELOPMENT: list[Case] = [
    ("3.2-14", True, LEE, "write", "/users/kim/cover.png"),
    ("3.2-14", True, LEE, "read", "/elsewhere/logo.png"),
    ("3.2-14", False, ANONYMOUS, "read", "/public/logo.png"),
    ("3.2-14", False, ANONYMOUS, "write", "/elsewhere/logo.png"),
]


def evaluate(profile: Profile, cases: list[Case]) -> list[bool]:
    questions = [{"auth": auth, "op": op, "path": BUCKET + path} for _, _, auth, op, path in cases]
    return ask("storage", {"source": rules.storage(profile), "questions": questions})


@pytest.mark.parametrize(
    ("profile", "cases"), [("production", PRODUCTION), ("staging", STAGING), ("development", DEVELOPMENT)]
)
def test_who_may_do_what(profile: Profile, cases: list[Case]) -> None:
    wrong = [case for case, answer in zip(cases, evaluate(profile, cases), strict=True) if answer != case[1]]
    assert not wrong


def test_staging_treats_whoever_is_no_tester_as_production_does() -> None:
    """C-54: production's rules plus a claim."""
    assert evaluate("staging", PRODUCTION) == evaluate("production", PRODUCTION)


@pytest.mark.parametrize("profile", ["production", "staging", "development"])
def test_every_ruleset_is_of_version_2_and_for_storage(profile: Profile) -> None:
    """3.2-08."""
    lines = rules.storage(profile).splitlines()
    assert lines[:3] == ["rules_version = '2';", "service firebase.storage {", "  match /b/{bucket}/o {"]
