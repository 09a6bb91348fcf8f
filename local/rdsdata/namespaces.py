"""The databases of a cluster, several of which share one PostgreSQL server here.

At AWS each cluster has names of its own. Here a database whose name another cluster took first has a longer one
(`local.database_names`); callers go on naming it as its cluster does.
"""

from __future__ import annotations

import time
from dataclasses import replace

from local.database_names import distinct
from local.rdsdata.connections import Connections
from local.rdsdata.database import Login
from local.rdsdata.parameters import Value

_MAINTENANCE = "postgres"
_FRESH_SECONDS = 10
_NAME = 19
"""PostgreSQL's type of names (pg_type.dat)."""


class Namespaces:
    """Database names by cluster, looked up as whoever asks."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._known: dict[tuple[str, str], tuple[float, str]] = {}

    async def name(self, cluster: str, login: Login) -> str:
        """What the login's database is called in PostgreSQL; raises as `Connections.take`."""
        key = (cluster, login.database)
        until, name = self._known.get(key, (0.0, ""))
        if time.monotonic() > until:
            name = await self._look(distinct(login.database, cluster), login)
            self._known[key] = time.monotonic() + _FRESH_SECONDS, name
        return name

    async def _look(self, longer: str, login: Login) -> str:
        wanted = Value(_NAME, longer.encode())
        async with self._connections.session(replace(login, database=_MAINTENANCE)) as connection:
            found = await connection.run("SELECT datname FROM pg_database WHERE datname = $1", [wanted])
        return longer if found.rows else login.database
