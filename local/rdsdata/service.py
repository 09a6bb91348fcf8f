"""The operations (RDS Data API Reference, "Actions")."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

from local.rdsdata import columns, records, requests
from local.rdsdata.connections import Connections
from local.rdsdata.database import Connection, Login, Result
from local.rdsdata.errors import (
    BadRequestException,
    DatabaseErrorException,
    StatementTimeoutException,
    UnsupportedResultException,
)
from local.rdsdata.namespaces import Namespaces
from local.rdsdata.parameters import values
from local.rdsdata.statements import translate
from local.rdsdata.transactions import Limits, Transactions
from local.rdsdata.upstream import Upstream

_LARGEST_RESPONSE = 2**20
_LARGEST_JSON = 10 * 2**20
_LARGEST_ROW = 64 * 2**10
"""Bytes (User Guide, "Limitations")."""

Body = Mapping[str, Any]
Work = Callable[[Connection], Awaitable[dict[str, Any]]]


class Service:
    """The Data API of one sandbox."""

    def __init__(self, server: str, upstream: Upstream, limits: Limits) -> None:
        self._upstream = upstream
        self._limits = limits
        self._connections = Connections(server)
        self._namespaces = Namespaces(self._connections)
        self._transactions = Transactions(self._connections, limits)
        self._running: set[asyncio.Task[Any]] = set()
        self.watch = self._transactions.watch

    async def execute(self, body: Body) -> dict[str, Any]:
        """ExecuteStatement."""
        request = requests.ExecuteStatement.read(body)
        statement = translate(request.sql)
        sent = values(request.parameters, statement.names)

        def answer(connection: Connection) -> Awaitable[dict[str, Any]]:
            return _answer(connection, request, statement.sql, sent)

        return await self._in_time(request.target, answer, keeps_running=request.keeps_running)

    async def batch_execute(self, body: Body) -> dict[str, Any]:
        """BatchExecuteStatement: all of it or nothing."""
        request = requests.BatchExecuteStatement.read(body)
        statement = translate(request.sql)
        sets = [values(parameters, statement.names) for parameters in request.parameter_sets]

        def answer(connection: Connection) -> Awaitable[dict[str, Any]]:
            return _batch(connection, statement.sql, sets, own_transaction=connection.idle)

        return await self._in_time(request.target, answer, keeps_running=False)

    async def begin(self, body: Body) -> dict[str, Any]:
        """BeginTransaction."""
        target = requests.Target.read(body)
        login = await self._login(target)
        return {"transactionId": await self._transactions.begin(target.resource_arn, login)}

    async def commit(self, body: Body) -> dict[str, Any]:
        """CommitTransaction; one in which a statement failed is rolled back, and the call fails."""
        broken = await self._end(requests.transaction_end(body), "COMMIT")
        if broken:
            text = "current transaction is aborted, commands ignored until end of transaction block"
            raise DatabaseErrorException(f"ERROR: {text}; SQLState: 25P02")
        return {"transactionStatus": "Transaction Committed"}

    async def rollback(self, body: Body) -> dict[str, Any]:
        """RollbackTransaction."""
        await self._end(requests.transaction_end(body), "ROLLBACK")
        return {"transactionStatus": "Rollback Complete"}

    async def close(self) -> None:
        """Close the sessions."""
        await self._connections.close()

    async def _end(self, target: requests.Target, statement: str) -> bool:
        login = await self._login(target)
        async with self._transactions.use(target.transaction_id, target.resource_arn, login) as transaction:
            broken = transaction.connection.broken
            await self._transactions.end(target.transaction_id, transaction, statement)
            return broken

    async def _login(self, target: requests.Target) -> Login:
        await self._upstream.require_cluster(target.resource_arn)
        user, password = await self._upstream.credentials(target.secret_arn)
        # Without a name PostgreSQL takes the user's; so does AWS, whatever `dbname` the secret holds.
        login = Login(user, password, target.database)
        if not target.database:
            return login
        with self._forgetting(target):
            return replace(login, database=await self._namespaces.name(target.resource_arn, login))

    @asynccontextmanager
    async def _session(self, target: requests.Target) -> AsyncIterator[Connection]:
        login = await self._login(target)
        if target.transaction_id:
            async with self._transactions.use(target.transaction_id, target.resource_arn, login) as transaction:
                yield transaction.connection
            return
        connection = await self._connect(target, login)
        try:
            yield connection
        finally:
            self._connections.give_back(login, connection)

    async def _connect(self, target: requests.Target, login: Login) -> Connection:
        with self._forgetting(target):
            return await self._connections.take(login)

    @contextmanager
    def _forgetting(self, target: requests.Target) -> Iterator[None]:
        """PostgreSQL may refuse a password that was rotated meanwhile: the next call reads the secret anew."""
        try:
            yield
        except DatabaseErrorException:
            self._upstream.forget(target.secret_arn)
            raise

    async def _in_time(self, target: requests.Target, work: Work, *, keeps_running: bool) -> dict[str, Any]:
        """Do the work in a session of the target's; raises StatementTimeoutException when the call's time is over."""
        used: list[Connection] = []
        task = asyncio.create_task(self._work(target, work, used))
        self._running.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait((task,), timeout=self._limits.call)
        if done:
            return task.result()
        if used and not keeps_running:
            await used[0].cancel()
            await asyncio.wait((task,))
        raise StatementTimeoutException("Request timed out", dbConnectionId=used[0].process if used else None)

    async def _work(self, target: requests.Target, work: Work, used: list[Connection]) -> dict[str, Any]:
        async with self._session(target) as connection:
            used.append(connection)
            return await work(connection)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen: whoever waited has had its answer


async def _answer(connection: Connection, request: requests.ExecuteStatement, sql: str, sent: Any) -> dict[str, Any]:
    result = await connection.run(sql, sent)
    if not result.returns_rows:
        return {"generatedFields": [], "numberOfRecordsUpdated": result.changed}
    described = await columns.describe(connection, result)
    answer: dict[str, Any] = {"numberOfRecordsUpdated": 0}
    if request.json:
        return answer | {"formattedRecords": _formatted(result, described, request)}
    _require_small(result)
    if request.metadata:
        answer["columnMetadata"] = await columns.metadata(connection, result, described)
    return answer | {"records": [records.fields(row, described, request.options) for row in result.rows]}


def _formatted(result: Result, described: list[records.Column], request: requests.ExecuteStatement) -> str:
    text = records.as_json(result.rows, described, request.options)
    if len(text) > _LARGEST_JSON:
        raise UnsupportedResultException("The size of the JSON result exceeds the limit of 10 MB.")
    return text


def _require_small(result: Result) -> None:
    sizes = [sum(len(value or b"") for value in row) for row in result.rows]
    if sum(sizes) > _LARGEST_RESPONSE:
        raise UnsupportedResultException("Database returned more than the allowed response size limit")
    if max(sizes, default=0) > _LARGEST_ROW:
        raise UnsupportedResultException("Packet for query is too large: a row is larger than 64 KB")


async def _batch(connection: Connection, sql: str, sets: list[Any], *, own_transaction: bool) -> dict[str, Any]:
    if own_transaction and sets:
        await connection.run("BEGIN")
    try:
        for sent in sets:
            if (await connection.run(sql, sent)).returns_rows:
                raise BadRequestException("A result was returned when none was expected.")
    except BaseException:
        if own_transaction:
            await connection.run("ROLLBACK")
        raise
    if own_transaction and sets:
        await connection.run("COMMIT")
    return {"updateResults": [{"generatedFields": []} for _ in sets]}
