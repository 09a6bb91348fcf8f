"""Notices reach a real HTTP server; nothing tells the webhook's URL to anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from infra.errors import DistroError, UsageError
from promotion.notice import Notice, NoticeFailed, send

NOTICE = Notice(
    "prm-0192", "staging", "prod", "rel-7c1e04d9", "sam", ["product-manager", "engineering-lead"],
    "distro promotion show prm-0192",
)  # fmt: skip
SECRET = "T0KEN"


@contextmanager
def webhook(status: int) -> Iterator[tuple[str, list[bytes]]]:
    taken: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hooks/{SECRET}", taken
        finally:
            server.shutdown()
            thread.join()


def test_approvers_are_told_what_waits_for_whom() -> None:
    with webhook(200) as (url, taken):
        send(url, NOTICE)
    (body,) = taken
    text = json.loads(body)["text"]
    for part in ("prm-0192", "staging to prod", "rel-7c1e04d9", "sam", "product-manager and engineering-lead"):
        assert part in text


@pytest.mark.parametrize("status", [302, 403, 500])
def test_a_notice_that_was_not_taken_is_said(status: int) -> None:
    with webhook(status) as (url, taken), pytest.raises(NoticeFailed, match=f"HTTP {status}") as refused:
        send(url, NOTICE)
    assert len(taken) == 1
    assert SECRET not in _all(refused.value)


@pytest.mark.parametrize("url", [f"http://example.org/{SECRET}", f"file:///{SECRET}", SECRET])
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        send(url, NOTICE)
    assert SECRET not in _all(refused.value)


def test_nobody_there() -> None:
    with webhook(200) as (url, _):
        pass
    with pytest.raises(NoticeFailed) as refused:
        send(url, NOTICE)
    assert SECRET not in _all(refused.value)


def _all(error: DistroError) -> str:
    return f"{error.message} {error.hint} {error.where} {error.__cause__}"
