"""PostgreSQL through the RDS Data API: production is reached in no other way (section 2.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from .clients import client
from .settings import Settings

Row = dict[str, Any]
Parameter = str | int | float | bool | None


@dataclass(frozen=True)
class Database:
    """A database behind the Data API; within `transaction()` the same, with the transaction's id."""

    cluster_arn: str
    secret_arn: str
    name: str
    transaction_id: str | None = None

    def execute(self, sql: str, **parameters: Parameter) -> list[Row]:
        """Run one statement with `:named` parameters and return its rows; raises botocore's ClientError."""
        call: dict[str, Any] = {"sql": sql, "parameters": _encode(parameters), "includeResultMetadata": True}
        if self.transaction_id:
            call["transactionId"] = self.transaction_id
        return _rows(client("rds-data").execute_statement(database=self.name, **self._target, **call))

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """Commit what was done in the block, or roll all of it back where the block raises."""
        api = client("rds-data")
        opened = api.begin_transaction(database=self.name, **self._target)["transactionId"]
        try:
            yield replace(self, transaction_id=opened)
        except BaseException:
            api.rollback_transaction(transactionId=opened, **self._target)
            raise
        api.commit_transaction(transactionId=opened, **self._target)

    @property
    def _target(self) -> dict[str, str]:
        return {"resourceArn": self.cluster_arn, "secretArn": self.secret_arn}


def connect(settings: Settings) -> Database:
    """The environment's database; raises MissingSetting where the function was not given it."""
    return Database(
        settings.required("database", "cluster-arn"),
        settings.required("database", "secret-arn"),
        settings.required("database", "name"),
    )


def _encode(parameters: Mapping[str, Parameter]) -> list[dict[str, Any]]:
    return [{"name": name, "value": _field(value)} for name, value in parameters.items()]


def _field(value: Parameter) -> dict[str, Any]:
    if value is None:
        return {"isNull": True}
    if isinstance(value, bool):  # before int, of which it is a kind
        return {"booleanValue": value}
    if isinstance(value, int):
        return {"longValue": value}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": value}


def _rows(result: Mapping[str, Any]) -> list[Row]:
    names = [column.get("label") or column["name"] for column in result.get("columnMetadata", ())]
    return [dict(zip(names, map(_value, record), strict=True)) for record in result.get("records", ())]


def _value(field: Mapping[str, Any]) -> Any:
    return None if field.get("isNull") else next(iter(field.values()))
