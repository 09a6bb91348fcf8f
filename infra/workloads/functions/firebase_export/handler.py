"""Scheduled: exports the Realtime Database to Cloud Storage, as Firebase's own backups cannot (C-52, section 3.1)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPResponse
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

from ..common import log, metrics
from ..common.configuration import read_parameters
from ..common.settings import Settings, load
from . import oidc
from .google import access_token

# Shorter than the fifteen minutes of a background function, so that a stalled export is reported by itself.
_SECONDS = 600
_KINDS = ("hourly", "daily", "weekly", "manual")


class ExportRefused(ValueError):
    """An address that the export would send its token to is no HTTPS address, or the kind of export is unknown."""


def handle(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Export once and tell where.

    Calls through the API carry a token, which has to be that of the schedule's account; a call without the field was
    allowed by IAM. Raises InvalidToken, ExportRefused, URLError (then Lambda tries again).
    """
    settings = load()
    found = {key: value.origin.value for key, value in read_parameters(settings).items()}
    if "token" in event:
        caller = {"audience": found["firebase/export-endpoint"], "email": found["firebase/export-caller"]}
        oidc.verify(str(event["token"]), **caller)
    name = _object_name(settings, str(event.get("kind", "manual")), datetime.now(UTC))
    size = _export(found, name)
    metrics.count(settings, "DatabaseExports")
    log.write("exported", object=name, bytes=size)
    return {"object": name, "bytes": size}


def _export(found: Mapping[str, str], name: str) -> int:
    token = access_token(found)
    with _download(found, token) as export:
        return _upload(found, token, name, export)


def _object_name(settings: Settings, kind: str, now: datetime) -> str:
    """Sorts by time; the bucket's lifecycle tells hourly from daily exports by the folder."""
    if kind not in _KINDS:
        raise ExportRefused(f"kind {kind!r}: one of {', '.join(_KINDS)}")
    return f"rtdb/{settings.environment}/{kind}/{now:%Y-%m-%dT%H%M%SZ}.json"


@contextmanager
def _download(found: Mapping[str, str], token: str) -> Iterator[HTTPResponse]:
    base = found["firebase/database-url"]
    query = {"format": "export"}
    if host := os.environ.get("FIREBASE_DATABASE_EMULATOR_HOST"):
        query["ns"] = (urlsplit(base).hostname or "").partition(".")[0]
        base = f"http://{host}"
    request = _request(f"{base.rstrip('/')}/.json?{urlencode(query)}", token)
    with urlopen(request, timeout=_SECONDS) as response:  # noqa: S310 - _request refuses other schemes
        yield response


def _upload(found: Mapping[str, str], token: str, name: str, export: HTTPResponse) -> int:
    """Pass the export on as it comes (chunked), whatever its size; returns what Cloud Storage has stored, in bytes."""
    base = os.environ.get("STORAGE_EMULATOR_HOST") or "https://storage.googleapis.com"
    bucket = quote(found["firebase/export-bucket"], safe="")
    url = f"{base.rstrip('/')}/upload/storage/v1/b/{bucket}/o?{urlencode({'uploadType': 'media', 'name': name})}"
    request = _request(url, token)
    request.add_header("content-type", "application/json")
    request.data = export
    with urlopen(request, timeout=_SECONDS) as response:  # noqa: S310 - _request refuses other schemes
        return int(json.load(response)["size"])


def _request(url: str, token: str) -> Request:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise ExportRefused(f"{parts.scheme}://{parts.hostname} is neither HTTPS nor an emulator")
    return Request(url, headers={"authorization": f"Bearer {token}"})  # noqa: S310 - checked above
