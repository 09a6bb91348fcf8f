"""How to know that a child is ready: wait strategies as values.

A strategy only looks (`reached`), quickly and without side effects; the runner in `local.process` looks again after a
delay that grows from 5 to 50 milliseconds, and stops looking when the child has ended.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

FIRST_DELAY = 0.005
LONGEST_DELAY = 0.05
PROBE_TIMEOUT = 10.0
"""Seconds that one look may take; on a busy machine a first answer can need several."""


class Ready(Protocol):
    """Tells whether a child can be used."""

    async def reached(self) -> bool:
        """Look once; raises nothing for a child that is not ready yet."""
        ...


@dataclass(frozen=True)
class PortOpen:
    """The child accepts connections on a loopback port."""

    port: int
    host: str = "127.0.0.1"

    async def reached(self) -> bool:
        """Connect once."""
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(self.host, self.port), PROBE_TIMEOUT)
        except OSError:
            return False
        writer.close()
        return True


@dataclass(frozen=True)
class HttpOk:
    """A GET of `url` (plain HTTP) is answered with a status below 400."""

    url: str

    async def reached(self) -> bool:
        """Send one request."""
        try:
            status = await asyncio.wait_for(self._status(), PROBE_TIMEOUT)
        except OSError:
            return False
        return 200 <= status < 400  # noqa: PLR2004 - the classes of RFC 9110, section 15

    async def _status(self) -> int:
        url = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        try:
            request = f"GET {url.path or '/'} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode())
            words = (await reader.readline()).split()
            return int(words[1]) if len(words) > 1 else 0
        finally:
            writer.close()


@dataclass(frozen=True)
class LogLine:
    """A line of the child's log, written after the start, matches `pattern`."""

    log: Path
    pattern: str
    offset: int = 0
    """Bytes of the log that earlier runs wrote."""

    async def reached(self) -> bool:
        """Search what has been written so far."""
        if not self.log.exists():
            return False
        with self.log.open("rb") as file:
            file.seek(self.offset)
            return re.search(self.pattern.encode(), file.read(), re.MULTILINE) is not None


@dataclass(frozen=True)
class AllOf:
    """Every one of several strategies has been reached."""

    strategies: tuple[Ready, ...]

    def __post_init__(self) -> None:
        """Refuse nothing to wait for: it would always be ready."""
        if not self.strategies:
            message = "AllOf needs at least one strategy"
            raise ValueError(message)

    async def reached(self) -> bool:
        """Look at each until one is not there yet."""
        for strategy in self.strategies:
            if not await strategy.reached():
                return False
        return True
