"""One form, one digest; everything else is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from promotion import schema
from promotion.schema import Line, Malformed, Moment, Record, Stored, unbase64, visible


class Inner(Stored):
    count: int
    names: tuple[str, ...] = ()


class Sample(Record):
    line: Line
    at: Moment
    inner: Inner


AT = datetime(2026, 11, 28, 16, 0, tzinfo=UTC)
SAMPLE = Sample(line="Bound the queue", at=AT, inner=Inner(count=3, names=("b", "a")))
BYTES = SAMPLE.canonical()


def test_the_canonical_form_is_rfc_8785() -> None:
    assert BYTES == (
        b'{"at":"2026-11-28T16:00:00Z","inner":{"count":3,"names":["b","a"]},'
        b'"line":"Bound the queue","schema_version":1}'
    )
    assert SAMPLE.digest() == schema.digest_of(BYTES)
    assert Sample.parse(BYTES) == SAMPLE


def _case(changed: bytes, message: str, name: str) -> object:
    return pytest.param(changed, message, id=name)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        _case(b" " + BYTES, "canonical", "white space"),
        _case(BYTES + b"\n", "canonical", "line break at the end"),
        _case(json.dumps(json.loads(BYTES), sort_keys=True).encode(), "canonical", "spaces"),
        _case(BYTES.replace(b'{"count":3,', b'{"count":2,"count":3,'), "canonical", "repeated key"),
        _case(BYTES.replace(b"Bound", b"\\u0042ound"), "canonical", "escape"),
        _case(BYTES.replace(b"00Z", b"00+00:00"), "canonical", "offset for Z"),
        _case(BYTES.replace(b',"names":["b","a"]', b""), "canonical", "missing default"),
        _case(BYTES.replace(b',"schema_version":1', b""), "canonical", "missing version"),
        _case(BYTES.replace(b'"schema_version":1', b'"schema_version":2'), "schema_version", "other version"),
        _case(BYTES.replace(b'"count":3', b'"count":3.0'), "count", "float"),
        _case(BYTES.replace(b'"count":3', b'"count":"3"'), "count", "text for number"),
        _case(BYTES.replace(b'"count":3', b'"count":9007199254740993'), ".", "beyond 2^53"),
        _case(BYTES.replace(b'"count":3', b'"count":3,"extra":1'), "extra", "unknown key"),
        _case(BYTES.replace(b"16:00:00Z", b"16:00:00"), "time zone", "no zone"),
        _case(BYTES.replace(b"16:00:00Z", b"17:00:00+01:00"), "UTC", "other zone"),
        _case("Bound\u202eeht".join(BYTES.decode().split("Bound")).encode(), "bidirectional", "bidirectional"),
        _case(BYTES.replace(b"Bound", b"\xff"), ".", "no UTF-8"),
        _case(BYTES.replace(b"Bound", b"\\ud800"), ".", "lone surrogate"),
        _case(b"[" * 100_000, ".", "deep"),
        _case(b"", ".", "empty"),
        _case(b"null", ".", "null"),
        _case(b" " * (schema.MAX_BYTES + 1), "more than", "large"),
    ],
)
def test_every_other_way_of_writing_it_is_refused(changed: bytes, message: str) -> None:
    with pytest.raises(Malformed, match=message) as caught:
        Sample.parse(changed, "plans/x")
    assert caught.value.exit_code == 1
    assert caught.value.where == "plans/x"


TEXT = st.text('ab "\\/é\u202e\n\x00\u20ac\U0001f600\uffff', min_size=1, max_size=12)


@given(TEXT, st.integers(-(2**53) + 1, 2**53 - 1), st.lists(TEXT))
def test_what_is_written_is_read_back(line: str, count: int, names: list[str]) -> None:
    try:
        sample = Sample(line=line, at=AT, inner=Inner(count=count, names=tuple(names)))
    except ValidationError:
        assert not visible(line) or line != line.strip()
        return
    assert Sample.parse(sample.canonical()) == sample


@given(st.integers(0, len(BYTES) - 1), st.integers(0, 255))
def test_a_changed_byte_is_refused_or_changes_the_digest(position: int, byte: int) -> None:
    changed = BYTES[:position] + bytes([byte]) + BYTES[position + 1 :]
    try:
        found = Sample.parse(changed)
    except Malformed:
        return
    assert (found.digest() == SAMPLE.digest()) == (changed == BYTES)


def test_a_time_of_another_zone_is_refused_not_converted() -> None:
    with pytest.raises(ValidationError, match="UTC"):
        Sample(line="a", at=AT.astimezone(timezone(timedelta(hours=1))), inner=Inner(count=1))


@pytest.mark.parametrize(
    "text", ["a\nb", "a\x1b[2J", "a\u202eb", "a\u2066b", "a\u200bb", "a\u2028b", "\ufeffa", "a\tb"]
)
def test_what_does_not_show_is_found(text: str) -> None:
    assert not visible(text)


@pytest.mark.parametrize("text", ["QR==", "QQ", "QQ==\n", " QQ==", "Q*==", "QQ==QQ=="])
def test_base64_has_one_form(text: str) -> None:
    assert unbase64("QQ==") == b"A"
    with pytest.raises(ValueError, match=r"base64|padding|[Dd]ata"):
        unbase64(text)
