"""Connections to PostgreSQL, in the form that the API needs: typed text in, text out, every statement by itself.

Statements go through the extended protocol, so PostgreSQL itself refuses several at once, as behind AWS's driver.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg import generators, pq
from psycopg.conninfo import make_conninfo

from local.rdsdata.errors import ApiError, BadRequestException, DatabaseErrorException, DatabaseUnavailableException
from local.rdsdata.parameters import Value

_CONNECT_SECONDS = 10
_OPTIONS = "-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1"
_READ = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.SINGLE_TUPLE)
_DONE = (*_READ, pq.ExecStatus.COMMAND_OK, pq.ExecStatus.EMPTY_QUERY)

# What PostgreSQL says before there is a session comes without its code (PostgreSQL, "Error Codes").
_REFUSALS = {
    "password authentication failed": "28P01",
    "no pg_hba.conf entry": "28000",
    "is not permitted to log in": "28000",
    "role ": "28000",
    "database ": "3D000",
    "too many connections": "53300",
    "too many clients": "53300",
    "remaining connection slots": "53300",
    "the database system is": "57P03",
}


@dataclass(frozen=True)
class Login:
    """Who connects to which database."""

    user: str
    password: str
    database: str


@dataclass(frozen=True)
class ResultColumn:
    """A column as the protocol describes it; `table` is 0 for what is computed."""

    label: str
    type: int
    modifier: int
    table: int
    table_column: int


@dataclass(frozen=True)
class Result:
    """What a statement gave."""

    columns: tuple[ResultColumn, ...]
    rows: list[tuple[bytes | None, ...]]
    changed: int
    """Rows inserted, updated or deleted; 0 for what returns rows."""
    returns_rows: bool


class Connection:
    """One session."""

    def __init__(self, connection: psycopg.AsyncConnection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, server: str, login: Login) -> Self:
        """Connect; raises DatabaseErrorException where PostgreSQL refuses, else DatabaseUnavailableException."""
        target = make_conninfo(
            server, user=login.user, password=login.password, dbname=login.database,
            options=_OPTIONS, connect_timeout=_CONNECT_SECONDS, application_name="RDS Data API",
        )  # fmt: skip
        try:
            return cls(await psycopg.AsyncConnection.connect(target, autocommit=True))
        except psycopg.OperationalError as error:
            raise _refused(error) from error

    @property
    def process(self) -> int:
        """PostgreSQL's process id."""
        return self._connection.pgconn.backend_pid

    @property
    def idle(self) -> bool:
        """Whether it is alive and in no transaction."""
        return not self._connection.closed and self._connection.pgconn.transaction_status == pq.TransactionStatus.IDLE

    @property
    def ended(self) -> bool:
        """Whether the server has something to say although nobody asked: that it ended the session, or is gone."""
        poll = select.poll()
        poll.register(self._connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))

    @property
    def broken(self) -> bool:
        """Whether a transaction is open in it in which a statement failed."""
        return self._connection.pgconn.transaction_status == pq.TransactionStatus.INERROR

    async def run(self, sql: str, values: Sequence[Value] = ()) -> Result:
        """Run one statement; raises DatabaseErrorException with PostgreSQL's words."""
        pgconn = self._connection.pgconn
        try:
            async with self._connection.lock:
                pgconn.send_query_params(
                    sql.encode(), [value.text for value in values] or None, [value.type for value in values] or None
                )
                answers = await self._connection.wait(generators.execute(pgconn))
        except psycopg.OperationalError as error:
            raise DatabaseUnavailableException from error
        return self._read(answers[-1])

    async def cancel(self) -> None:
        """Stop the statement that runs."""
        await self._connection.cancel_safe()

    async def close(self) -> None:
        """End the session; a transaction in it is rolled back."""
        await self._connection.close()

    def _read(self, answer: pq.abc.PGresult) -> Result:
        if answer.status == pq.ExecStatus.FATAL_ERROR:
            raise failure(answer)
        if answer.status not in _DONE:  # COPY: its data has no place in the API
            self._connection.pgconn.finish()
            raise BadRequestException("COPY from or to the client is not supported.")
        rows = answer.status in _READ
        fields = range(answer.nfields)
        return Result(
            columns=tuple(_column(answer, index) for index in fields),
            rows=[tuple(answer.get_value(row, field) for field in fields) for row in range(answer.ntuples)],
            changed=0 if rows else answer.command_tuples or 0,
            returns_rows=rows,
        )


def failure(answer: pq.abc.PGresult) -> DatabaseErrorException:
    """PostgreSQL's error in one line, as AWS gives it: the driver's lines, divided by semicolons."""
    field = pq.DiagnosticField
    parts = {
        "ERROR": field.MESSAGE_PRIMARY,
        "Hint": field.MESSAGE_HINT,
        "Position": field.STATEMENT_POSITION,
        "Where": field.CONTEXT,
        "SQLState": field.SQLSTATE,
    }
    said = {name: (answer.error_field(code) or b"").decode(errors="replace") for name, code in parts.items()}
    return DatabaseErrorException("; ".join(f"{name}: {text}" for name, text in said.items() if text))


def _refused(error: psycopg.OperationalError) -> ApiError:
    _, fatal, message = str(error).partition("FATAL:")
    if not fatal:
        return DatabaseUnavailableException()
    message = message.strip().splitlines()[0]
    state = next((state for text, state in _REFUSALS.items() if text in message), "08004")
    return DatabaseErrorException(f"ERROR: {message}; SQLState: {state}")


def _column(answer: pq.abc.PGresult, index: int) -> ResultColumn:
    return ResultColumn(
        label=(answer.fname(index) or b"").decode(),
        type=answer.ftype(index),
        modifier=answer.fmod(index),
        table=answer.ftable(index),
        table_column=answer.ftablecol(index),
    )
