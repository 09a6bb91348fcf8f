"""PostgreSQL's types as AWS's driver describes them: the PostgreSQL JDBC driver, whose words the API hands through.

Codes are those of java.sql.Types; precision, scale, sign and case are those of pgjdbc's TypeInfoCache.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

UNLIMITED = 2147483647
"""The precision of what has no limit (Integer.MAX_VALUE)."""
ARRAY_CODE = 2003


class Kind(enum.Enum):
    """Which member of `Field` a value is returned in."""

    BOOLEAN = "booleanValue"
    LONG = "longValue"
    DOUBLE = "doubleValue"
    DECIMAL = "decimal"
    STRING = "stringValue"
    INSTANT = "instant"
    BLOB = "blobValue"


@dataclass(frozen=True)
class ColumnType:
    """A type: how it is returned and described."""

    name: str
    kind: Kind
    code: int
    precision: int = UNLIMITED
    scale: int = 0
    signed: bool = False
    case_sensitive: bool = True


def _number(name: str, kind: Kind, code: int, precision: int, scale: int = 0) -> ColumnType:
    return ColumnType(name, kind, code, precision, scale, signed=True, case_sensitive=False)


def _time(name: str, kind: Kind, code: int, precision: int, scale: int = 6) -> ColumnType:
    return ColumnType(name, kind, code, precision, scale, case_sensitive=False)


SCALARS: Mapping[int, ColumnType] = {
    16: ColumnType("bool", Kind.BOOLEAN, -7, 1, case_sensitive=False),
    17: ColumnType("bytea", Kind.BLOB, -2),
    19: ColumnType("name", Kind.STRING, 12),
    20: _number("int8", Kind.LONG, -5, 19),
    21: _number("int2", Kind.LONG, 5, 5),
    23: _number("int4", Kind.LONG, 4, 10),
    25: ColumnType("text", Kind.STRING, 12),
    26: ColumnType("oid", Kind.LONG, -5, 10, case_sensitive=False),
    114: ColumnType("json", Kind.STRING, 1111),
    650: ColumnType("cidr", Kind.STRING, 1111),
    700: _number("float4", Kind.DOUBLE, 7, 8, 8),
    701: _number("float8", Kind.DOUBLE, 8, 17, 17),
    705: ColumnType("unknown", Kind.STRING, 12),
    869: ColumnType("inet", Kind.STRING, 1111),
    1042: ColumnType("bpchar", Kind.STRING, 1),
    1043: ColumnType("varchar", Kind.STRING, 12),
    1082: _time("date", Kind.STRING, 91, 13, 0),
    1083: _time("time", Kind.STRING, 92, 15),
    1114: _time("timestamp", Kind.STRING, 93, 29),
    1184: _time("timestamptz", Kind.INSTANT, 93, 35),
    1266: _time("timetz", Kind.STRING, 92, 21),
    1560: ColumnType("bit", Kind.STRING, -7, case_sensitive=False),
    1562: ColumnType("varbit", Kind.STRING, 1111, case_sensitive=False),
    1700: _number("numeric", Kind.DECIMAL, 2, 0),
    2278: ColumnType("void", Kind.STRING, 1111),
    2950: ColumnType("uuid", Kind.STRING, 1111),
    3802: ColumnType("jsonb", Kind.STRING, 1111),
}
"""By object id. What is neither here nor an enum or vector is refused (Aurora User Guide, "Data API operations")."""

ELEMENTS: Mapping[int, int] = {
    1000: 16, 1005: 21, 1007: 23, 1016: 20, 1009: 25, 1003: 19, 199: 114, 1021: 700, 1022: 701, 1014: 1042,
    1015: 1043, 1182: 1082, 1183: 1083, 1115: 1114, 1185: 1184, 1561: 1560, 1231: 1700, 2951: 2950, 3807: 3802,
}  # fmt: skip
"""Array type to its element's."""

ENUM = ColumnType("enum", Kind.STRING, 12)
"""For every enum; its own name comes from the catalogue."""
VECTOR = ColumnType("vector", Kind.STRING, 1111)
"""Of the extension pgvector."""

_VARYING = 4
"""Bytes that a type modifier counts in (VARHDRSZ)."""


def precision_and_scale(type_: ColumnType, modifier: int) -> tuple[int, int]:
    """With the column's modifier: the 10 of varchar(10), the 8 and 2 of numeric(8,2); -1 is none."""
    if modifier < 0:
        return type_.precision, type_.scale
    if type_.name == "numeric":
        return (modifier - _VARYING) >> 16 & 0xFFFF, modifier - _VARYING & 0xFFFF
    if type_.name in ("varchar", "bpchar"):
        return modifier - _VARYING, type_.scale
    if type_.name in ("bit", "varbit"):
        return modifier, type_.scale
    return type_.precision, type_.scale
