"""What a result's columns are: their types, and on request everything that AWS's driver knows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.rdsdata.column_types import ARRAY_CODE, ELEMENTS, ENUM, SCALARS, VECTOR, ColumnType, precision_and_scale
from local.rdsdata.database import Connection, Result, ResultColumn
from local.rdsdata.errors import UnsupportedResultException
from local.rdsdata.parameters import Value
from local.rdsdata.records import Column

_SERIALS = {"int2": "smallserial", "int4": "serial", "int8": "bigserial"}
_NULLABLE_UNKNOWN = 2
_OID_ARRAY = 1028

_TYPES = """
select t.oid, t.typname, coalesce(e.typtype, t.typtype), coalesce(e.typname, t.typname), e.oid is not null
from pg_catalog.pg_type t
left join pg_catalog.pg_type e on e.oid = t.typelem and t.typcategory = 'A'
where t.oid = any($1)"""

_ATTRIBUTES = """
select a.attrelid, a.attnum, c.relname, a.attnotnull or (t.typtype = 'd' and t.typnotnull),
  a.attidentity <> '' or coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) like '%nextval(%', false)
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = any($1) and a.attnum > 0"""


@dataclass(frozen=True)
class _Attribute:
    """A column of a table."""

    table: str
    required: bool
    generated: bool


async def describe(connection: Connection, result: Result) -> list[Column]:
    """The columns of a result; raises UnsupportedResultException for types that the API does not return."""
    strange = {column.type for column in result.columns} - SCALARS.keys() - ELEMENTS.keys()
    found = await _look_up(connection, strange) if strange else {}
    return [_column(column, found) for column in result.columns]


async def metadata(connection: Connection, result: Result, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """`columnMetadata` (API Reference, ColumnMetadata)."""
    attributes = await _attributes(connection, {column.table for column in result.columns} - {0})
    return [
        _metadata(raw, column, attributes.get((raw.table, raw.table_column)))
        for raw, column in zip(result.columns, columns, strict=True)
    ]


def _column(raw: ResultColumn, found: Mapping[int, tuple[ColumnType, bool]]) -> Column:
    if raw.type in SCALARS:
        return Column(raw.label, SCALARS[raw.type])
    if raw.type in ELEMENTS:
        return Column(raw.label, SCALARS[ELEMENTS[raw.type]], array=True)
    type_, array = found[raw.type]
    return Column(raw.label, type_, array)


async def _look_up(connection: Connection, types: set[int]) -> dict[int, tuple[ColumnType, bool]]:
    rows = (await connection.run(_TYPES, [_oids(types)])).rows
    return {int(oid or b""): _known(*((value or b"").decode() for value in known)) for oid, *known in rows}


def _known(name: str, kind: str, element: str, array: str) -> tuple[ColumnType, bool]:
    """Enums and vectors by what the catalogue says of them."""
    if kind == "e":
        return ColumnType(element, ENUM.kind, ENUM.code), array == "t"
    if element == VECTOR.name:
        return VECTOR, array == "t"
    raise UnsupportedResultException(f"The result contains the unsupported data type {name}.")


async def _attributes(connection: Connection, tables: set[int]) -> dict[tuple[int, int], _Attribute]:
    if not tables:
        return {}
    rows = (await connection.run(_ATTRIBUTES, [_oids(tables)])).rows
    return {
        (int(table or b""), int(number or b"")): _Attribute((name or b"").decode(), required == b"t", generated == b"t")
        for table, number, name, required, generated in rows
    }


def _oids(numbers: set[int]) -> Value:
    return Value(_OID_ARRAY, ("{" + ",".join(map(str, sorted(numbers))) + "}").encode())


def _metadata(raw: ResultColumn, column: Column, attribute: _Attribute | None) -> dict[str, Any]:
    type_ = column.type
    precision, scale = precision_and_scale(type_, raw.modifier)
    generated = attribute is not None and attribute.generated
    name = _SERIALS.get(type_.name, type_.name) if generated else type_.name
    return {
        "arrayBaseColumnType": type_.code if column.array else 0,
        "isAutoIncrement": generated,
        "isCaseSensitive": type_.case_sensitive,
        "isCurrency": False,
        "isSigned": type_.signed,
        "label": column.label,
        "name": column.label,
        "nullable": _NULLABLE_UNKNOWN if attribute is None else int(not attribute.required),
        "precision": precision,
        "scale": scale,
        "schemaName": "",
        "tableName": attribute.table if attribute else "",
        "type": ARRAY_CODE if column.array else type_.code,
        "typeName": f"_{type_.name}" if column.array else name,
    }
