"""Requests of the API, checked (botocore's model of `rds-data`; the SDKs check less)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from local.rdsdata.errors import ValidationException
from local.rdsdata.records import Options

_LONGEST_SQL = 65536
_ARN_LENGTHS = range(11, 571)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """What every operation names."""

    resource_arn: str
    secret_arn: str
    database: str
    transaction_id: str

    @classmethod
    def read(cls, body: Json) -> Self:
        """Raises ValidationException."""
        return cls(
            resource_arn=_arn(body, "resourceArn"),
            secret_arn=_arn(body, "secretArn"),
            database=_optional(body, "database", str) or "",
            transaction_id=_optional(body, "transactionId", str) or "",
        )


@dataclass(frozen=True)
class ExecuteStatement:
    """ExecuteStatement."""

    target: Target
    sql: str
    parameters: Sequence[Json]
    metadata: bool
    keeps_running: bool
    """continueAfterTimeout."""
    json: bool
    """formatRecordsAs: JSON."""
    options: Options

    @classmethod
    def read(cls, body: Json) -> Self:
        """Raises ValidationException."""
        return cls(
            target=Target.read(body),
            sql=_sql(body),
            parameters=_parameters(body, "parameters"),
            metadata=_optional(body, "includeResultMetadata", bool) or False,
            keeps_running=_optional(body, "continueAfterTimeout", bool) or False,
            json=_one_of(body, "formatRecordsAs", ("NONE", "JSON")) == "JSON",
            options=_options(_optional(body, "resultSetOptions", dict) or {}),
        )


@dataclass(frozen=True)
class BatchExecuteStatement:
    """BatchExecuteStatement."""

    target: Target
    sql: str
    parameter_sets: Sequence[Sequence[Json]]

    @classmethod
    def read(cls, body: Json) -> Self:
        """Raises ValidationException."""
        sets = _optional(body, "parameterSets", list) or []
        return cls(Target.read(body), _sql(body), [_checked(parameters, "parameterSets") for parameters in sets])


def transaction_end(body: Json) -> Target:
    """CommitTransaction, RollbackTransaction; raises ValidationException."""
    target = Target.read(body)
    if not target.transaction_id:
        raise _invalid("transactionId", "Member must not be null")
    return target


def _options(given: Json) -> Options:
    return Options(
        decimals_as_numbers=_one_of(given, "decimalReturnType", ("STRING", "DOUBLE_OR_LONG")) == "DOUBLE_OR_LONG",
        longs_as_strings=_one_of(given, "longReturnType", ("STRING", "LONG")) == "STRING",
    )


def _sql(body: Json) -> str:
    sql = _required(body, "sql")
    if len(sql) > _LONGEST_SQL:
        raise _invalid("sql", f"Member must have length less than or equal to {_LONGEST_SQL}")
    if "\0" in sql:
        raise _invalid("sql", "Member must not contain the character 0x00")
    return sql


def _arn(body: Json, name: str) -> str:
    arn = _required(body, name)
    if len(arn) not in _ARN_LENGTHS:
        raise _invalid(name, f"Member must have length between {_ARN_LENGTHS[0]} and {_ARN_LENGTHS[-1]}")
    return arn


def _parameters(body: Json, name: str) -> Sequence[Json]:
    return _checked(_optional(body, name, list) or [], name)


def _checked(parameters: Any, name: str) -> Sequence[Json]:
    if not isinstance(parameters, list) or not all(isinstance(parameter, dict) for parameter in parameters):
        raise _invalid(name, "Member must be a list of parameters")
    if not all(isinstance(parameter.get("value", {}), dict) for parameter in parameters):
        raise _invalid(name, "Member must have values that are structures")
    return parameters


def _required(body: Json, name: str) -> str:
    value = _optional(body, name, str)
    if value is None:
        raise _invalid(name, "Member must not be null")
    return str(value)


def _optional(body: Json, name: str, kind: type) -> Any:
    value = body.get(name)
    if value is not None and not isinstance(value, kind):
        raise _invalid(name, f"Member must be a {kind.__name__}")
    return value


def _one_of(body: Json, name: str, allowed: tuple[str, ...]) -> str | None:
    value: str | None = _optional(body, name, str)
    if value is not None and value not in allowed:
        raise _invalid(name, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
    return value


def _invalid(name: str, constraint: str) -> ValidationException:
    what = f"Value at '{name}' failed to satisfy constraint: {constraint}"
    return ValidationException(f"1 validation error detected: {what}")
