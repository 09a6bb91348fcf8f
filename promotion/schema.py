"""The base of everything that is stored or signed: one canonical form (RFC 8785), one digest, strict reading."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Literal, Self, cast, get_args

import rfc8785
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from infra.errors import OperationFailed, UsageError

MAX_BYTES = 4 * 1024 * 1024
# Control, format (bidirectional ones among them), surrogate, private, unassigned; line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Malformed(OperationFailed):
    """An object is not what its schema says, or not in canonical form: it was changed, or is of another version."""


def digest_of(data: bytes) -> str:
    """`sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def unbase64(text: str) -> bytes:
    """The bytes of base64 in its one form (RFC 4648 section 3.5). Raises ValueError for any other text."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not canonical base64")
    return data


def visible(text: str) -> bool:
    """Whether a text shows all that it holds: no control, formatting or bidirectional character, no line break."""
    return not any(unicodedata.category(character) in _UNSEEN for character in text)


def _line(text: str) -> str:
    if not visible(text):
        raise ValueError("holds a control, formatting or bidirectional character")
    if text != text.strip():
        raise ValueError("starts or ends with white space")
    return text


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("has no time zone")
    if moment.utcoffset():
        raise ValueError("must be in UTC")
    return moment.astimezone(UTC)


Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)]
Line = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_line)]
Moment = Annotated[datetime, AfterValidator(_utc)]
Target = Literal["dev", "staging", "prod", "shared"]


def target_of(environment: str) -> Target:
    """An environment that promotions reach. Raises UsageError for any other name."""
    for target in get_args(Target):
        if environment == target:
            return cast(Target, target)
    raise UsageError(
        f"{environment!r} is no environment that promotions reach.",
        hint=f"These are: {', '.join(get_args(Target))}.",
    )


class Stored(BaseModel):
    """Immutable, unknown keys refused, nothing converted in silence; written in one form only."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_by_name=True, validate_by_alias=True
    )

    def canonical(self) -> bytes:
        """The only bytes that say this (RFC 8785); every field is written, defaults too.

        Raises ValueError for what JSON cannot carry unchanged (integers beyond 2^53).
        """
        return rfc8785.dumps(self.model_dump(mode="json", by_alias=True))

    def digest(self) -> str:
        """Digest of the canonical bytes, `sha256:…`."""
        return digest_of(self.canonical())

    @classmethod
    def parse(cls, data: bytes, where: str = "") -> Self:
        """Read canonical bytes; `where` names the object in errors.

        Raises Malformed for anything else: too large, another schema, an unknown, missing or repeated key, and every
        other way of writing the same, which would give it a second digest.
        """
        place = where or None
        if len(data) > MAX_BYTES:
            raise Malformed(f"{cls.__name__} of {len(data)} bytes: more than {MAX_BYTES}.", where=place)
        try:
            found = cls.model_validate_json(data)
            same = found.canonical() == data
        except ValidationError as error:
            raise Malformed(f"no {cls.__name__}: {_first(error)}", where=place) from error
        except ValueError as error:
            raise Malformed(f"no {cls.__name__}: {error}", where=place) from error
        if not same:
            raise Malformed(f"{cls.__name__} is not in canonical form (RFC 8785).", where=place)
        return found


class Record(Stored):
    """A stored object of our own: carries its schema's version."""

    schema_version: Literal[1] = 1


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, found['loc']))}: {found['msg']}" if found["loc"] else found["msg"]
