"""Structs, secrets and unknown values survive their way through the provider."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.provider.secrets import conceal, reveal, unwrap, wrap
from local.provider.wire import SECRET, SIGNATURE, UNKNOWN, from_struct, marked, to_struct, unknown

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
KEYS = TEXT.filter(lambda key: key != SIGNATURE)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
LEAVES = TEXT | st.booleans() | NUMBERS
PLAIN = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
WRAPPED = st.recursive(
    LEAVES | LEAVES.map(wrap),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4) | PLAIN.map(wrap),
    max_leaves=12,
)
PLAIN_BAGS, BAGS = st.dictionaries(KEYS, PLAIN, max_size=5), st.dictionaries(KEYS, WRAPPED, max_size=5)
CANARIES = st.text('abcdefghijklmnopqrstuvwxyz0123456789"\\/ü ', min_size=8, max_size=20).map(
    lambda text: f"cnry{text}"
)


@given(PLAIN_BAGS)
def test_a_struct_holds_what_was_put_in(values: dict[str, Any]) -> None:
    assert from_struct(to_struct(values)) == values


@given(BAGS)
def test_every_secret_comes_back_wrapped_at_its_place(values: dict[str, Any]) -> None:
    plain, secrets = reveal(values)
    assert not any(marked(value, SECRET) for value in nested(plain))
    wrapped = conceal(plain, secrets)
    assert unwrap(wrapped) == plain
    assert reveal(wrapped)[1].paths >= {path for path in secrets.paths if not inside(path, secrets.paths)}


@given(CANARIES, st.sampled_from(["{}", "postgresql://user:{}@host/db", '{{"password": "{}"}}', "{}{}"]), PLAIN_BAGS)
def test_what_is_derived_from_a_secret_is_one(canary: str, form: str, more: dict[str, Any]) -> None:
    secrets = reveal({"given": wrap(canary)})[1]
    result = conceal({"computed": {"url": [form.format(canary, canary)]}, "more": more}, secrets)
    assert marked(result["computed"]["url"][0], SECRET)


@given(CANARIES)
def test_a_secret_is_masked_in_every_spelling(canary: str) -> None:
    import base64
    import json
    from urllib.parse import quote

    secrets = reveal({"given": wrap(canary)})[1]
    for spelling in (canary, json.dumps(canary), quote(canary, safe=""), base64.b64encode(canary.encode()).decode()):
        assert "cnry" not in secrets.mask(f"before {spelling} after")
        assert secrets.inside(spelling)


def test_short_words_do_not_spread() -> None:
    secrets = reveal({"given": wrap("yes"), "other": wrap("four")})[1]
    assert conceal({"a": "yes, indeed", "b": "yes", "c": "four", "d": "four more"}, secrets) == {
        "a": "yes, indeed",
        "b": "yes",
        "c": wrap("four"),
        "d": "four more",
    }


def test_an_unknown_value_is_seen_at_any_depth() -> None:
    assert unknown({"a": [{"b": UNKNOWN}]})
    assert not unknown({"a": [{"b": "known"}]})


def nested(value: Any) -> list[Any]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(each for member in members for each in nested(member))]


def inside(path: tuple[str | int, ...], paths: frozenset[tuple[str | int, ...]]) -> bool:
    """Whether a place lies in another secret: then the outer mark covers it."""
    return any(path[: len(other)] == other for other in paths if len(other) < len(path))
