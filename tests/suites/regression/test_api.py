"""The API's contract (section 4.1): every route answers as it says, and refuses what it says."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from infra.aws.routes import DN_ROUTES
from operations.smoke import Context

NOBODY = str(uuid.uuid4())
LONG = "x" * 201
ANSWERS: dict[tuple[str, str], tuple[str, Any, int]] = {
    ("GET", "health"): ("/health", None, 200),
    ("GET", "config"): ("/config", None, 200),
    ("POST", "uploads"): ("/uploads", {"name": "a.flac", "content_type": "audio/flac", "size": 1}, 201),
    ("POST", "catalogue"): ("/catalogue", {"artist": "A", "title": ""}, 400),
    ("GET", "catalogue"): ("/catalogue?limit=1", None, 200),
    ("GET", "catalogue/{id}"): (f"/catalogue/{NOBODY}", None, 404),
}
REFUSED = [
    ("POST", "/catalogue", {"artist": LONG, "title": "T"}, "artist"),
    ("POST", "/catalogue", {"artist": "A", "title": "T", "tracks": [{"title": "One", "seconds": 0}]}, "seconds"),
    ("POST", "/catalogue", {"artist": "A", "title": "T", "tracks": "none"}, "tracks"),
    ("GET", "/catalogue?limit=0", None, "limit"),
    ("GET", "/catalogue?limit=201", None, "limit"),
    ("GET", "/catalogue?after=x", None, "after"),
    ("POST", "/uploads", {"name": "../a.flac", "content_type": "audio/flac", "size": 1}, "name"),
    ("POST", "/uploads", {"name": "a.exe", "content_type": "application/x-msdownload", "size": 1}, "content_type"),
    ("POST", "/uploads", {"name": "a.flac", "content_type": "audio/flac", "size": 0}, "size"),
    ("POST", "/uploads", {"name": "a.flac", "content_type": "audio/flac", "size": 2**40}, "size"),
]


def test_every_route_is_tried() -> None:
    assert set(ANSWERS) == {(route.method, route.path) for route in DN_ROUTES}


@pytest.mark.parametrize("route", ANSWERS, ids=[f"{method} {path}" for method, path in ANSWERS])
def test_a_route_answers(route: tuple[str, str], context: Context) -> None:
    path, body, expected = ANSWERS[route]
    answer = context.api(route[0], path, body)
    assert answer.status_code == expected, answer.text[:300]
    assert isinstance(answer.json(), dict)


@pytest.mark.parametrize(("method", "path", "body", "named"), REFUSED)
def test_a_wrong_request_is_refused_by_name(method: str, path: str, body: Any, named: str, context: Context) -> None:
    answer = context.api(method, path, body)
    assert (answer.status_code, named in answer.json()["error"]) == (400, True), answer.text[:300]


def test_an_unknown_path_leads_nowhere(context: Context) -> None:
    assert context.api("GET", "/nothing-here").status_code in {403, 404}


def test_an_unknown_setting_is_not_found(context: Context) -> None:
    assert context.api("GET", "/config?key=nothing/here").status_code == 404
