"""Pulumi's wire format: protobuf structs, and the marks of secrets, unknown values, assets and archives in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import struct_pb2

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the mark of secrets, not one
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWNS: Final = frozenset(
    {
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # an array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    }
)


def marked(value: Any, signature: str) -> bool:
    """Whether a value is a secret, an asset or an archive."""
    return isinstance(value, Mapping) and value.get(SIGNATURE) == signature


def unknown(value: Any) -> bool:
    """Whether a value, or anything inside it, is not known before the deployment."""
    if isinstance(value, str):
        return value in UNKNOWNS
    if isinstance(value, Mapping):
        return any(unknown(member) for member in value.values())
    return isinstance(value, list) and any(unknown(member) for member in value)


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """A struct as plain Python; whole numbers become int, since protobuf carries doubles only."""
    return {key: from_value(value) for key, value in struct.fields.items()}


def from_value(value: struct_pb2.Value) -> Any:
    """One value as plain Python."""
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "number_value":
            return int(value.number_value) if value.number_value.is_integer() else value.number_value
        case "bool_value":
            return value.bool_value
        case "struct_value":
            return from_struct(value.struct_value)
        case "list_value":
            return [from_value(member) for member in value.list_value.values]
        case _:
            return None


def to_struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain Python as a struct; members that are None are left out, as the engine does."""
    struct = struct_pb2.Struct()
    for key, member in values.items():
        if member is not None:
            fill(struct.fields[key], member)
    return struct


def fill(value: struct_pb2.Value, member: Any) -> None:
    """Write a plain Python value into a protobuf one; a type that JSON lacks is written as its text."""
    if isinstance(member, str):
        value.string_value = member
    elif isinstance(member, bool):
        value.bool_value = member
    elif isinstance(member, int | float):
        value.number_value = member
    elif isinstance(member, Mapping):
        value.struct_value.CopyFrom(to_struct(member))
    elif isinstance(member, list | tuple | set | frozenset):
        value.list_value.SetInParent()
        for each in member:
            fill(value.list_value.values.add(), each)
    elif member is None:
        value.null_value = struct_pb2.NULL_VALUE
    else:
        value.string_value = str(member)
