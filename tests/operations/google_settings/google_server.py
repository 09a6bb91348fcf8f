"""A server that answers as Google's two interfaces do, as far as their references say: over HTTP, with a token."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

TOKEN = "canary-token"


@dataclass
class Held:
    """What it holds, by path, and where it listens."""

    url: str
    documents: dict[str, Any] = field(default_factory=dict)


class Handler(BaseHTTPRequestHandler):
    """Of one server: a subclass has what it holds."""

    held: ClassVar[Held]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self._admitted():
            found = self.held.documents.get(path)
            self._answer(404 if found is None else 200, found or {"error": {"message": "none"}})

    def do_PUT(self) -> None:
        if not self._admitted():
            return
        document = json.loads(self._body())
        if "rules" not in document:
            self._answer(400, {"error": "Could not parse the rules."})
            return
        self.held.documents[urlsplit(self.path).path] = document
        self._answer(200, {"status": "ok"})

    def do_PATCH(self) -> None:
        if not self._admitted():
            return
        parts, document = urlsplit(self.path), json.loads(self._body())
        masked = parse_qs(parts.query)["updateMask"][0].split(",")
        before = self.held.documents.setdefault(parts.path, {})
        before.update({name: document[name] for name in masked})
        self._answer(200, before)

    def _admitted(self) -> bool:
        admitted = self.headers["Authorization"] == f"Bearer {TOKEN}"
        if not admitted:
            self._body()
            self._answer(401, {"error": {"message": "Request had invalid authentication credentials."}})
        return admitted

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: the test has no reader."""


@contextmanager
def google_server() -> Iterator[Held]:
    """On a free loopback port while the block runs."""
    held = Held("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"held": held}))
    held.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
