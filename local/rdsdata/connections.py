"""Sessions that are kept for the next call of the same login, made as new in between."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from local.rdsdata.database import Connection, Login
from local.rdsdata.errors import ApiError

_KEPT = 8
"""Idle sessions of a login."""
_LIMIT = 60
"""Sessions at once; PostgreSQL allows 100 by default, and others want some."""


class Connections:
    """All sessions of this process."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._idle: dict[Login, list[Connection]] = defaultdict(list)
        self._free = asyncio.Semaphore(_LIMIT)
        self._returning: set[asyncio.Task[None]] = set()

    async def take(self, login: Login) -> Connection:
        """A session of that login, until `give_back`; raises as `Connection.open`."""
        await self._free.acquire()
        try:
            while self._idle[login]:
                connection = self._idle[login].pop()
                if connection.idle and not connection.ended:
                    return connection
                await connection.close()
            return await Connection.open(self._server, login)
        except BaseException:
            self._free.release()
            raise

    def give_back(self, login: Login, connection: Connection) -> None:
        """Keep it for the next call or close it, whichever is right, while the caller's answer is on its way."""
        task = asyncio.create_task(self._give_back(login, connection))
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)

    @asynccontextmanager
    async def session(self, login: Login) -> AsyncIterator[Connection]:
        """A session for one call."""
        connection = await self.take(login)
        try:
            yield connection
        finally:
            self.give_back(login, connection)

    async def _give_back(self, login: Login, connection: Connection) -> None:
        try:
            if connection.idle and len(self._idle[login]) < _KEPT:
                await connection.run("DISCARD ALL")
                self._idle[login].append(connection)
            else:
                await connection.close()
        except ApiError:
            await connection.close()
        finally:
            self._free.release()

    async def close(self) -> None:
        """Close every idle session."""
        for connection in [each for kept in self._idle.values() for each in kept]:
            await connection.close()
