"""One HTTP/1.1 request off a socket (RFC 9112), as WSGI wants it (PEP 3333)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes, urlsplit

_LONGEST_LINE = 65536
_MOST_HEADERS = 256


class Malformed(Exception):
    """What came is no request."""


@dataclass(frozen=True)
class Head:
    """Request line and headers, as they came."""

    method: str
    target: str
    version: str
    headers: tuple[tuple[bytes, bytes], ...]

    def get(self, name: bytes) -> str:
        """A header's value, lower case; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), b"").decode("latin-1").lower()

    @property
    def keeps_alive(self) -> bool:
        """Whether another request may follow."""
        connection = self.get(b"connection")
        return "keep-alive" in connection if self.version == "HTTP/1.0" else "close" not in connection


def read_head(stream: BinaryIO) -> Head | None:
    """The next request, None where the client is done; raises Malformed."""
    line = _line(stream) or _line(stream)  # an empty line before it is allowed
    if not line:
        return None
    words = line.decode("latin-1").split()
    if len(words) != 3 or not words[2].startswith("HTTP/1."):  # noqa: PLR2004 - method, target, version
        raise Malformed(f"no request line: {line[:80]!r}")
    return Head(words[0], words[1], words[2], tuple(_headers(stream)))


def _headers(stream: BinaryIO) -> list[tuple[bytes, bytes]]:
    headers: list[tuple[bytes, bytes]] = []
    while line := _line(stream):
        name, colon, value = line.partition(b":")
        if not colon or name != name.strip() or len(headers) == _MOST_HEADERS:
            raise Malformed(f"no header: {line[:80]!r}")
        headers.append((name, value.strip()))
    return headers


def _line(stream: BinaryIO) -> bytes:
    line = stream.readline(_LONGEST_LINE)
    if len(line) == _LONGEST_LINE:
        raise Malformed("a line is too long")
    return line.rstrip(b"\r\n")


class Body(io.RawIOBase):
    """The request's content, whatever its framing; nothing is read before somebody asks for it."""

    def __init__(self, stream: BinaryIO, head: Head) -> None:
        self._stream = stream
        self._chunked = "chunked" in head.get(b"transfer-encoding")
        self._left = 0 if self._chunked else _length(head)
        self._ended = not self._chunked and self._left == 0

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Some of it, 0 at its end; raises Malformed where the framing is broken or the client left."""
        if self._chunked and self._left == 0 and not self._ended:
            self._next_chunk()
        if self._ended:
            return 0
        data = self._stream.read(min(len(buffer), self._left))
        if not data:
            raise Malformed("the content ends early")
        buffer[: len(data)] = data
        self._left -= len(data)
        self._finish_chunk()
        return len(data)

    def drain(self) -> None:
        """Read what nobody wanted, so that the next request begins where it is looked for."""
        while self.read(1 << 16):
            pass

    def _next_chunk(self) -> None:
        try:
            self._left = int(_line(self._stream).partition(b";")[0], 16)
        except ValueError as error:
            raise Malformed("no length of a chunk") from error
        if self._left == 0:
            self._ended = True
            while _line(self._stream):
                pass  # trailers

    def _finish_chunk(self) -> None:
        if self._left == 0:
            self._ended = not self._chunked
            if self._chunked:
                _line(self._stream)


def _length(head: Head) -> int:
    text = head.get(b"content-length") or "0"
    if not text.isdecimal():
        raise Malformed(f"no length of the content: {text!r}")
    return int(text)


def environment(
    head: Head, body: io.BufferedReader, server: tuple[str, int], client: tuple[str, int]
) -> dict[str, Any]:
    """The WSGI environment, with what rolo adds to it: raw headers and target."""
    url = urlsplit(head.target) if not head.target.startswith("/") else None
    path, _, query = (f"{url.path}?{url.query}" if url else head.target).partition("?")
    return {
        "REQUEST_METHOD": head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": head.target,
        "RAW_URI": head.target,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": head.version,
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "rolo.headers": list(head.headers),
        **_variables(head),
    }


def _variables(head: Head) -> Mapping[str, str]:
    variables: dict[str, str] = {}
    for name, value in head.headers:
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        text = value.decode("latin-1")
        variables[key] = f"{variables[key]},{text}" if key in variables else text
    return variables
