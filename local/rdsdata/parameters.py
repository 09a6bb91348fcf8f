"""Values of a request to PostgreSQL's: the type that each is sent as (Aurora User Guide, "Calling the Data API").

A string is sent as `varchar`, as AWS's driver does: where a column is a uuid, date or json, the statement fails
unless it casts or the parameter has a type hint; here as there.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.rdsdata.errors import BadRequestException

_UNSPECIFIED = 0
_BOOL, _BYTEA, _INT8, _JSON, _FLOAT8, _VARCHAR = 16, 17, 20, 114, 701, 1043
_DATE, _TIME, _TIMESTAMP, _NUMERIC, _UUID = 1082, 1083, 1114, 1700, 2950
"""Object ids of types (PostgreSQL, pg_type.dat)."""

_DATE_FORM = r"\d{4}-\d\d-\d\d"
_TIME_FORM = r"\d\d:\d\d:\d\d(\.\d{1,6})?"


@dataclass(frozen=True)
class Value:
    """One parameter as it is sent: type and text, None for NULL."""

    type: int
    text: bytes | None


_HINTS: Mapping[str, tuple[int, str]] = {
    "DATE": (_DATE, _DATE_FORM),
    "DECIMAL": (_NUMERIC, r".*"),
    "JSON": (_JSON, r".*"),
    "TIME": (_TIME, _TIME_FORM),
    "TIMESTAMP": (_TIMESTAMP, f"{_DATE_FORM} {_TIME_FORM}"),
    "UUID": (_UUID, r".*"),
}
"""typeHint to type and the accepted format (API Reference, SqlParameter)."""


def values(parameters: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Value]:
    """The values of the named places; raises BadRequestException where one is missing or cannot be sent."""
    given = {str(parameter.get("name")): parameter for parameter in parameters}
    encoded = {name: _encode(name, parameter) for name, parameter in given.items()}
    if missing := [name for name in names if name not in encoded]:
        raise BadRequestException(f"Cannot find parameter: {missing[0]}")
    return [encoded[name] for name in names]


def _encode(name: str, parameter: Mapping[str, Any]) -> Value:
    field = {kind: value for kind, value in (parameter.get("value") or {}).items() if value is not None}
    if len(field) != 1:
        number = "more than one" if field else "no"
        raise BadRequestException(f'Parameter "{name}" has value with {number} field set')
    [(kind, value)] = field.items()
    if kind not in _KINDS:
        raise BadRequestException(f'Parameter "{name}" has a value of the unknown kind {kind}')
    encoded = _KINDS[kind](name, value)
    hint = parameter.get("typeHint")
    return _hinted(name, encoded, hint) if hint else encoded


def _hinted(name: str, value: Value, hint: str) -> Value:
    if hint not in _HINTS:
        raise BadRequestException(f"Unknown type hint {hint} of parameter {name}")
    type_, form = _HINTS[hint]
    if value.text is None:
        return Value(type_, None)
    if value.type != _VARCHAR:
        raise BadRequestException(f"The type hint {hint} of parameter {name} goes with a string value only")
    if not re.fullmatch(form, value.text.decode(), re.DOTALL):
        raise BadRequestException(f"The value of parameter {name} is not in the format of the type hint {hint}")
    return Value(type_, value.text)


def _null(name: str, value: Any) -> Value:
    if value is not True:
        raise BadRequestException(f'Parameter "{name}" has value with no field set')
    return Value(_UNSPECIFIED, None)


def _boolean(name: str, value: Any) -> Value:
    return Value(_BOOL, b"true" if _of(bool, name, value) else b"false")


def _long(name: str, value: Any) -> Value:
    number: int = _of(int, name, value)
    if not -(2**63) <= number < 2**63:
        raise BadRequestException(f"The value of parameter {name} is out of the range of a long")
    return Value(_INT8, str(number).encode())


def _double(name: str, value: Any) -> Value:
    # The SDKs send NaN and infinities as strings (Smithy, "restJson1", floats).
    if value in ("NaN", "Infinity", "-Infinity"):
        return Value(_FLOAT8, value.encode())
    return Value(_FLOAT8, repr(float(_of((int, float), name, value))).encode())


def _string(name: str, value: Any) -> Value:
    text: str = _of(str, name, value)
    if "\0" in text:
        raise BadRequestException(f"The value of parameter {name} holds a character that PostgreSQL does not: 0x00")
    return Value(_VARCHAR, text.encode())


def _blob(name: str, value: Any) -> Value:
    try:
        data = base64.b64decode(_of(str, name, value), validate=True)
    except binascii.Error as error:
        raise BadRequestException(f"The value of parameter {name} is not base64") from error
    return Value(_BYTEA, b"\\x" + data.hex().encode())


def _array(_name: str, _value: Any) -> Value:
    raise BadRequestException("Array parameters are not supported.")


def _of(kind: type | tuple[type, ...], name: str, value: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise BadRequestException(f"The value of parameter {name} has the wrong JSON type")
    return value


_KINDS: Mapping[str, Callable[[str, Any], Value]] = {
    "isNull": _null,
    "booleanValue": _boolean,
    "longValue": _long,
    "doubleValue": _double,
    "stringValue": _string,
    "blobValue": _blob,
    "arrayValue": _array,
}
