"""One HTTP/1.1 response onto a socket, from a WSGI application."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from email.utils import formatdate
from typing import Any

from distro_localstack.http_request import Head

_BODILESS = ("204", "304")


class Responder:
    """Writes the answer to one request."""

    def __init__(self, connection: socket.socket, head: Head) -> None:
        self._connection = connection
        self._head = head
        self._start = b""
        self._chunked = False
        self.keeps_alive = head.keeps_alive

    def start(self, status: str, headers: list[tuple[str, str]], _exception: Any = None) -> Callable[[bytes], None]:
        """`start_response` of WSGI; nothing is sent before there is content or the end."""
        names = {name.lower() for name, _ in headers}
        bodiless = self._head.method == "HEAD" or status.startswith(_BODILESS)
        self._chunked = "content-length" not in names and not bodiless and self._head.version == "HTTP/1.1"
        if "content-length" not in names and not bodiless and not self._chunked:
            self.keeps_alive = False
        self.keeps_alive &= ("connection", "close") not in {(name.lower(), value.lower()) for name, value in headers}
        more = [("Date", formatdate(usegmt=True))] if "date" not in names else []
        more += [("Transfer-Encoding", "chunked")] if self._chunked else []
        more += [("Connection", "close")] if not self.keeps_alive and "connection" not in names else []
        lines = [f"{name}: {value}\r\n" for name, value in (*headers, *more)]
        self._start = f"HTTP/1.1 {status}\r\n{''.join(lines)}\r\n".encode("latin-1")
        return self._write

    def send(self, content: Iterable[bytes]) -> None:
        """The application's iterable, to its end."""
        for part in content:
            if part:
                self._write(part)
        if self._chunked:
            self._flush(b"0\r\n\r\n")
        elif self._start:
            self._flush(b"")

    def _write(self, part: bytes) -> None:
        if self._head.method == "HEAD":
            return
        self._flush(b"%x\r\n%b\r\n" % (len(part), part) if self._chunked else part)

    def _flush(self, data: bytes) -> None:
        start, self._start = self._start, b""
        self._connection.sendall(start + data)
