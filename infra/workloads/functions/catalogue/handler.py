"""GET and POST /catalogue, GET /catalogue/{id}: the catalogue behind the RDS Data API (section 2.2)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

from ..common import metrics
from ..common.database import Database, connect
from ..common.http import Answer, Request, RequestError, answer, api
from ..common.migrations import migrate
from ..common.settings import load
from . import store

_MAX_PAGE = 200
_DEFAULT_PAGE = 50
_MOST_CHARACTERS = 200


@api
def handle(request: Request) -> Answer:
    """Serve one request; 400 and 404 name what is wrong with it, 409 a release that exists."""
    database = _database()
    if request.method == "POST":
        return _create(database, request)
    if release_id := request.path.get("id"):
        return _show(database, release_id)
    return _list(database, request.query)


@cache
def _database() -> Database:
    """The database with its schema up to date; looked at once in an execution environment's life."""
    database = connect(load())
    migrate(database)
    return database


def _list(database: Database, query: Mapping[str, str]) -> Answer:
    after = _integer(query, "after", 0, 2**63 - 1, default=0)
    size = _integer(query, "limit", 1, _MAX_PAGE, default=_DEFAULT_PAGE)
    rows = store.page(database, after, size)
    following = rows[-1]["position"] if len(rows) == size else None
    return answer(200, {"releases": rows, "next": following})


def _show(database: Database, release_id: str) -> Answer:
    found = store.one(database, release_id) if _is_uuid(release_id) else None
    if found is None:
        raise RequestError(f"no release {release_id}", 404)
    return answer(200, found)


def _create(database: Database, request: Request) -> Answer:
    try:
        made = store.add(database, parsed(request.json()))
    except store.AlreadyThere as error:
        raise RequestError(str(error), 409) from error
    metrics.count(load(), "ReleasesCreated")
    return answer(201, {"id": made})


def parsed(body: Mapping[str, Any]) -> store.Release:
    """A release from a request's body; raises RequestError naming the field."""
    tracks = body.get("tracks", [])
    if not isinstance(tracks, list):
        raise RequestError("tracks: a list")
    found = tuple(_track(track, f"tracks[{number}]") for number, track in enumerate(tracks))
    return store.Release(_text(body, "artist", "artist"), _text(body, "title", "title"), found)


def _track(value: object, path: str) -> store.Track:
    if not isinstance(value, dict):
        raise RequestError(f"{path}: an object")
    seconds = value.get("seconds")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 1:
        raise RequestError(f"{path}.seconds: a whole number from 1")
    return store.Track(_text(value, "title", f"{path}.title"), seconds)


def _text(value: Mapping[str, Any], name: str, path: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text.strip() or len(text) > _MOST_CHARACTERS:
        raise RequestError(f"{path}: a text of 1 to {_MOST_CHARACTERS} characters")
    return text.strip()


def _integer(query: Mapping[str, str], name: str, least: int, most: int, *, default: int) -> int:
    try:
        value = int(query.get(name, default))
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise RequestError(f"{name}: a whole number from {least} to {most}")
    return value


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
