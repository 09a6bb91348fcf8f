"""Who may do what in the Realtime Database (section 3.2), as an independent evaluator of the rules sees it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from infra.environment import ENVIRONMENTS
from infra.specification import load
from infra.workloads.firebase import rules
from infra.workloads.firebase.rules import Profile
from tests.infra.workloads.firebase.evaluators import ask

ANONYMOUS = None


def signed_in(uid: str, **claims: bool) -> dict[str, Any]:
    return {"uid": uid, "token": {"sub": uid, **claims}}


KIM = signed_in("kim", email_verified=True)
KIM_UNVERIFIED = signed_in("kim", email_verified=False)
LEE = signed_in("lee", email_verified=True)
ADMIN = signed_in("ada", email_verified=True, admin=True)
TESTER = signed_in("tess", email_verified=True, tester=True)
NOT_QUITE_ADMIN = {"uid": "eve", "token": {"admin": "true"}}

DATA = {
    "users": {"kim": {"name": "Kim"}, "lee": {"name": "Lee"}},
    "artists": {"kims": {"ownerId": "kim", "name": "K"}, "ownerless": {"name": "Nobody's"}},
    "public": {"releases": {"r1": {"artistId": "kims"}}},
    "other": {"x": 1},
}


@dataclass(frozen=True)
class Question:
    """One attempt; `op` is `read`, `write` (set or remove) or `update` (several paths at once)."""

    auth: dict[str, Any] | None
    op: str
    path: str
    value: Any = None


def evaluate(profile: Profile, *questions: Question) -> list[bool]:
    document = json.loads(rules.database(profile, {}))
    return ask("database", {"rules": document, "data": DATA, "questions": [asdict(each) for each in questions]})


Case = tuple[str, bool, Question]

PRODUCTION: list[Case] = [
    ("3.2-01", True, Question(KIM, "read", "/users/kim")),
    ("3.2-01", True, Question(KIM_UNVERIFIED, "read", "/users/kim")),
    ("3.2-01", False, Question(LEE, "read", "/users/kim")),
    ("3.2-01", False, Question(ADMIN, "read", "/users/kim")),
    ("3.2-01", False, Question(ANONYMOUS, "read", "/users/kim")),
    ("3.2-01", False, Question(KIM, "read", "/users")),
    ("3.2-02", True, Question(KIM, "write", "/users/kim", {"name": "K."})),
    ("3.2-02", True, Question(KIM, "write", "/users/kim/name", "K.")),
    ("3.2-02", True, Question(KIM, "write", "/users/kim")),
    ("3.2-02", False, Question(KIM_UNVERIFIED, "write", "/users/kim", {"name": "K."})),
    ("3.2-02", False, Question(signed_in("kim"), "write", "/users/kim", {"name": "K."})),
    ("3.2-02", False, Question(LEE, "write", "/users/kim", {"name": "L"})),
    ("3.2-02", False, Question(ADMIN, "write", "/users/kim", {"name": "A"})),
    ("3.2-02", False, Question(ANONYMOUS, "write", "/users/kim", {"name": "?"})),
    ("3.2-02", False, Question(ANONYMOUS, "write", "/users/new", {"name": "?"})),
    ("3.2-02", False, Question(KIM, "write", "/users", {"kim": {}, "lee": {}})),
    ("3.2-03", True, Question(LEE, "read", "/artists")),
    ("3.2-03", True, Question(LEE, "read", "/artists/kims/name")),
    ("3.2-03", False, Question(ANONYMOUS, "read", "/artists")),
    ("3.2-03", False, Question(ANONYMOUS, "read", "/artists/kims")),
    ("3.2-04", True, Question(KIM, "write", "/artists/kims/name", "New")),
    ("3.2-04", True, Question(KIM, "write", "/artists/kims")),
    ("3.2-04", True, Question(KIM, "update", "/artists", {"kims/name": "New", "kims/genre": "Pop"})),
    ("3.2-04", True, Question(ADMIN, "write", "/artists/kims/name", "New")),
    ("3.2-04", True, Question(ADMIN, "write", "/artists/ownerless")),
    ("3.2-04", True, Question(ADMIN, "write", "/artists/new", {"name": "N"})),
    ("3.2-04", False, Question(LEE, "write", "/artists/kims/name", "Mine")),
    ("3.2-04", False, Question(LEE, "write", "/artists/kims")),
    ("3.2-04", False, Question(ANONYMOUS, "write", "/artists/kims/name", "?")),
    ("3.2-04", False, Question(NOT_QUITE_ADMIN, "write", "/artists/kims/name", "?")),
    ("3.2-05", True, Question(ANONYMOUS, "read", "/public/releases/r1")),
    ("3.2-05", True, Question(ANONYMOUS, "read", "/public")),
    ("3.2-06", True, Question(ADMIN, "write", "/public/releases/r2", {"artistId": "kims"})),
    ("3.2-06", False, Question(KIM, "write", "/public/releases/r2", {"artistId": "kims"})),
    ("3.2-06", False, Question(NOT_QUITE_ADMIN, "write", "/public/releases/r2", {"artistId": "kims"})),
    ("3.2-06", False, Question(ANONYMOUS, "write", "/public/releases/r1")),
    ("3.2-07", False, Question(ADMIN, "read", "/")),
    ("3.2-07", False, Question(ADMIN, "write", "/other/x", 2)),
    ("3.2-07", False, Question(KIM, "read", "/other")),
    ("3.2-07", False, Question(KIM, "write", "/new", 1)),
    ("3.2-07", False, Question(ANONYMOUS, "read", "/other")),
    # C-57: what the obvious mend, data.child('ownerId').val() === auth.uid alone, would let through
    ("C-57", False, Question(ANONYMOUS, "write", "/artists/new", {"name": "Anybody's"})),
    ("C-57", False, Question(ANONYMOUS, "write", "/artists/ownerless", {"name": "Anybody's"})),
    ("C-57", False, Question(ANONYMOUS, "write", "/artists/ownerless/name", "Anybody's")),
    ("C-57", False, Question(ANONYMOUS, "write", "/artists/ownerless")),
    ("C-57", False, Question(LEE, "write", "/artists/ownerless/ownerId", "lee")),
    ("C-57", False, Question(LEE, "write", "/artists/ownerless", {"ownerId": "lee"})),
    ("C-57", False, Question(LEE, "write", "/artists/kims/ownerId", "lee")),
    ("C-57", False, Question(LEE, "write", "/artists/kims", {"ownerId": "lee"})),
    ("C-57", False, Question(LEE, "write", "/artists/new", {"name": "Ownerless"})),
    ("C-57", False, Question(LEE, "write", "/artists/new", {"ownerId": "kim"})),
    ("C-57", False, Question(LEE, "write", "/artists", {"new": {"ownerId": "lee"}})),
    ("C-57", False, Question(LEE, "update", "/artists", {"new/ownerId": "lee", "kims/name": "Mine"})),
    ("C-57", True, Question(LEE, "write", "/artists/new", {"ownerId": "lee", "name": "L"})),
    ("C-57", True, Question(LEE, "write", "/artists/new/ownerId", "lee")),
]

STAGING: list[Case] = [
    ("3.1-21", True, Question(TESTER, "read", "/users/kim")),
    ("3.1-21", True, Question(TESTER, "read", "/")),
    ("3.1-24", True, Question(TESTER, "write", "/artists/kims/name", "Tested")),
    ("3.1-24", True, Question(TESTER, "write", "/other/x", 2)),
    ("C-54", False, Question(LEE, "write", "/artists/kims/name", "Mine")),
    ("C-54", False, Question({"uid": "eve", "token": {"tester": "true"}}, "read", "/")),
    ("C-54", False, Question(ANONYMOUS, "read", "/")),
    ("C-54", False, Question(ANONYMOUS, "write", "/other/x", 2)),
]

DEVELOPMENT: list[Case] = [
    ("3.2-12", True, Question(LEE, "read", "/")),
    ("3.2-12", False, Question(ANONYMOUS, "read", "/")),
    ("3.2-12", False, Question(ANONYMOUS, "read", "/public")),
    ("3.2-13", True, Question(LEE, "write", "/users/kim", {"name": "L"})),
    ("3.2-13", True, Question(LEE, "write", "/", {})),
    ("3.2-13", False, Question(ANONYMOUS, "write", "/other/x", 2)),
    ("C-56", False, Question(ANONYMOUS, "write", "/", {})),
]


@pytest.mark.parametrize(
    ("profile", "cases"), [("production", PRODUCTION), ("staging", STAGING), ("development", DEVELOPMENT)]
)
def test_who_may_do_what(profile: Profile, cases: list[Case]) -> None:
    answers = evaluate(profile, *(question for _, _, question in cases))
    wrong = [case for case, answer in zip(cases, answers, strict=True) if answer != case[1]]
    assert not wrong


def test_staging_allows_and_denies_whoever_is_no_tester_as_production_does() -> None:
    """C-54: production's rules plus a claim."""
    questions = [question for _, _, question in PRODUCTION]
    assert evaluate("staging", *questions) == evaluate("production", *questions)


def test_the_document_as_written_is_refused() -> None:
    """C-57: `resource.data` belongs to other rules languages."""
    written = {"rules": {"artists": {"$artistId": {".write": "auth.uid == resource.data.ownerId"}}}}
    with pytest.raises(AssertionError, match="resource is undefined"):
        ask("database", {"rules": written, "data": {}, "questions": []})


def test_the_obvious_mend_would_let_anybody_write() -> None:
    """C-57: null equals null. The evaluator sees the hole, so its silence about our rules means something."""
    mended = {"rules": {"artists": {"$artistId": {".write": "data.child('ownerId').val() === auth.uid"}}}}
    hole = asdict(Question(ANONYMOUS, "write", "/artists/ownerless", {"name": "Anybody's"}))
    assert ask("database", {"rules": mended, "data": DATA, "questions": [hole]}) == [True]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_indexes_are_those_of_the_specification(environment: str) -> None:
    """3.1-11, 3.1-25, 3.1-39 and C-51."""
    firebase = load(environment).firebase
    document = json.loads(rules.database(firebase.rules, firebase.database.indexes))
    for path, keys in firebase.database.indexes.items():
        place = document["rules"]
        for part in path.split("/"):
            place = place[part]
        assert place[".indexOn"] == list(keys)


def test_indexes_grant_nothing() -> None:
    indexes = load("prod").firebase.database.indexes
    document = json.loads(rules.database("production", indexes))
    questions = [asdict(question) for _, _, question in PRODUCTION]
    expected = [allowed for _, allowed, _ in PRODUCTION]
    assert ask("database", {"rules": document, "data": DATA, "questions": questions}) == expected
