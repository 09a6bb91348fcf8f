"""Transactions that live between calls (API Reference, BeginTransaction)."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from local.rdsdata.connections import Connections
from local.rdsdata.database import Connection, Login
from local.rdsdata.errors import BadRequestException, TransactionNotFoundException

_ID_BYTES = 138
"""An identifier has 184 characters."""


@dataclass(frozen=True)
class Limits:
    """In seconds."""

    call: float = 45
    """Until a statement has to be done (User Guide, "Troubleshooting")."""
    idle: float = 180
    """Between two calls of a transaction."""
    lifetime: float = 24 * 3600
    """From its begin to its end."""


@dataclass
class Transaction:
    """One transaction: its session, and who may use it."""

    login: Login
    cluster: str
    connection: Connection
    began: float = field(default_factory=time.monotonic)
    used: float = field(default_factory=time.monotonic)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended: bool = False


class Transactions:
    """All open transactions of this process."""

    def __init__(self, connections: Connections, limits: Limits) -> None:
        self._connections = connections
        self._limits = limits
        self._open: dict[str, Transaction] = {}

    async def begin(self, cluster: str, login: Login) -> str:
        """Open one and return its id."""
        connection = await self._connections.take(login)
        try:
            await connection.run("BEGIN")
        except BaseException:
            self._connections.give_back(login, connection)
            raise
        transaction_id = secrets.token_urlsafe(_ID_BYTES)
        self._open[transaction_id] = Transaction(login, cluster, connection)
        return transaction_id

    @asynccontextmanager
    async def use(self, transaction_id: str, cluster: str, login: Login) -> AsyncIterator[Transaction]:
        """The transaction for one call, others wait; raises TransactionNotFoundException, BadRequestException."""
        transaction = self._find(transaction_id, cluster)
        if login.database and login.database != transaction.login.database:
            raise BadRequestException("Database name is not the same as transaction's")
        async with transaction.turn:
            if transaction.ended:
                raise _not_found(transaction_id)
            try:
                yield transaction
            finally:
                transaction.used = time.monotonic()

    async def end(self, transaction_id: str, transaction: Transaction, statement: str) -> None:
        """COMMIT or ROLLBACK; the transaction is gone whatever comes of it."""
        transaction.ended = True
        self._open.pop(transaction_id, None)
        try:
            await transaction.connection.run(statement)
        finally:
            self._connections.give_back(transaction.login, transaction.connection)

    async def expire(self) -> None:
        """Roll back what was left alone for too long, or is too old."""
        now = time.monotonic()
        for transaction_id, transaction in list(self._open.items()):
            late = now - transaction.used > self._limits.idle or now - transaction.began > self._limits.lifetime
            if late and not transaction.turn.locked():
                await self.end(transaction_id, transaction, "ROLLBACK")

    async def watch(self) -> None:
        """Expire for ever, a few times within the idle limit."""
        while True:
            await asyncio.sleep(min(self._limits.idle / 6, 5))
            await self.expire()

    def _find(self, transaction_id: str, cluster: str) -> Transaction:
        transaction = self._open.get(transaction_id)
        if transaction is None or transaction.cluster != cluster:
            raise _not_found(transaction_id)
        return transaction


def _not_found(transaction_id: str) -> TransactionNotFoundException:
    return TransactionNotFoundException(f"Transaction {transaction_id} is not found")
