"""Rows of PostgreSQL to records of the API (API Reference, Field, ResultSetOptions; User Guide, JSON results)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.rdsdata.column_types import ColumnType, Kind
from local.rdsdata.errors import UnsupportedResultException

_OFFSET = re.compile(r"[+-]\d\d(:\d\d){0,2}$")
_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)', re.DOTALL)
_NO_NUMBERS = ("NaN", "Infinity")
_ARRAYS = {Kind.BOOLEAN: "booleanValues", Kind.LONG: "longValues", Kind.DOUBLE: "doubleValues"}

Scalar = bool | int | float | str
Text = bytes | None


@dataclass(frozen=True)
class Column:
    """A column of a result."""

    label: str
    type: ColumnType
    array: bool = False


@dataclass(frozen=True)
class Options:
    """`resultSetOptions`."""

    decimals_as_numbers: bool = False
    longs_as_strings: bool = False


def fields(row: Sequence[Text], columns: Sequence[Column], options: Options) -> list[dict[str, Any]]:
    """One record."""
    return [_field(text, column, options) for text, column in zip(row, columns, strict=True)]


def as_json(rows: Sequence[Sequence[Text]], columns: Sequence[Column], options: Options) -> str:
    """All rows as `formatRecordsAs: JSON` gives them: an array of objects."""
    labels = [column.label for column in columns]
    records = (map(_plain, fields(row, columns, options)) for row in rows)
    return json.dumps([dict(zip(labels, record, strict=True)) for record in records], separators=(",", ":"))


def _field(text: Text, column: Column, options: Options) -> dict[str, Any]:
    if text is None:
        return {"isNull": True}
    if column.array:
        return {"arrayValue": _array(text.decode(), column.type, options)}
    value = _scalar(text.decode(), column.type.kind, options)
    return {_member(column.type.kind, value): value}


def _member(kind: Kind, value: Scalar) -> str:
    if kind is Kind.BLOB:
        return Kind.BLOB.value
    if isinstance(value, bool):
        return Kind.BOOLEAN.value
    if isinstance(value, int):
        return Kind.LONG.value
    # Not a number, and yet the member of numbers: JSON has no NaN (Smithy, "restJson1", floats).
    return Kind.DOUBLE.value if isinstance(value, float) or kind is Kind.DOUBLE else Kind.STRING.value


def _scalar(text: str, kind: Kind, options: Options) -> Scalar:
    if kind is Kind.LONG and options.longs_as_strings:
        return text
    if kind is Kind.DECIMAL and options.decimals_as_numbers:
        return _number(text)
    return _READERS[kind](text) if kind in _READERS else text


def _number(text: str) -> Scalar:
    return _double(text) if "." in text or text.endswith(_NO_NUMBERS) else int(text)


def _double(text: str) -> Scalar:
    return text if text.endswith(_NO_NUMBERS) else float(text)


def _base64(text: str) -> str:
    return base64.b64encode(bytes.fromhex(text.removeprefix("\\x"))).decode()


def _without_offset(text: str) -> str:
    """Sessions are in UTC; the API gives no offset."""
    return _OFFSET.sub("", text)


def _array(text: str, type_: ColumnType, options: Options) -> Mapping[str, Any]:
    if text.startswith(("{{", "[")):
        raise UnsupportedResultException("The result contains a multidimensional array, which is not supported.")
    values = [None if item is None else _scalar(item, type_.kind, options) for item in _items(text)]
    strings = any(isinstance(value, str) for value in values)
    return {"stringValues" if strings else _ARRAYS.get(type_.kind, "stringValues"): values}


def _items(text: str) -> Iterator[str | None]:
    """The items of an array in PostgreSQL's notation (PostgreSQL, "Array Input and Output Syntax")."""
    for item in _ITEM.finditer(text):
        if item[1] is not None:
            yield re.sub(r"\\(.)", r"\1", item[1], flags=re.DOTALL)
        else:
            yield None if item[2] == "NULL" else item[2]


def _plain(field: Mapping[str, Any]) -> Any:
    [(member, value)] = field.items()
    if member == "isNull":
        return None
    return next(iter(value.values())) if member == "arrayValue" else value


_READERS: Mapping[Kind, Callable[[str], Scalar]] = {
    Kind.BOOLEAN: "t".__eq__,
    Kind.LONG: int,
    Kind.DOUBLE: _double,
    Kind.BLOB: _base64,
    Kind.INSTANT: _without_offset,
}
