"""Where a colon stands for a parameter, and where it does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.rdsdata.statements import translate


@pytest.mark.parametrize(
    ("sql", "translated", "names"),
    [
        ("select :a", "select $1", ["a"]),
        ("select :a, :b, :a", "select $1, $2, $3", ["a", "b", "a"]),
        ("select :a::uuid", "select $1::uuid", ["a"]),
        ("select x::text where y=:y", "select x::text where y=$1", ["y"]),
        ("select ':a', ''':a'", "select ':a', ''':a'", []),
        (r"select E'\':a', :b", r"select E'\':a', $1", ["b"]),
        (r"select '\', :b", r"select '\', $1", ["b"]),
        ('select ":a", ":""a", :b', 'select ":a", ":""a", $1', ["b"]),
        ("select $$ :a $$, :b", "select $$ :a $$, $1", ["b"]),
        ("select $x$ :a $$ :a $x$, :b", "select $x$ :a $$ :a $x$, $1", ["b"]),
        ("select a$b, :c, d$e", "select a$b, $1, d$e", ["c"]),
        ("select 1 -- :a\n, :b", "select 1 -- :a\n, $1", ["b"]),
        ("select /* :a /* :b */ :c */ :d", "select /* :a /* :b */ :c */ $1", ["d"]),
        ("call f(x := :a)", "call f(x := $1)", ["a"]),
        ("select (array[1,2,3])[1:2]", "select (array[1,2,3])[1:2]", []),
        ("select nameE':a'", "select nameE':a'", []),
        ("select ': a', : a", "select ': a', : a", []),
        ("select :a1_b", "select $1", ["a1_b"]),
        ("select ':never closed", "select ':never closed", []),
        ("select /* :never closed", "select /* :never closed", []),
    ],
)
def test_names(sql: str, translated: str, names: list[str]) -> None:
    found = translate(sql)
    assert (found.sql, list(found.names)) == (translated, names)


_INSIDE = st.text(":abc '\"$-/*\\\n", max_size=12)
_NAMES = st.sampled_from(["a", "b_1", "Long"])
# What PostgreSQL's scanner takes as one piece, with anything in it.
_OPAQUE = st.one_of(
    _INSIDE.map(lambda text: "'" + text.replace("'", "''") + "'"),
    _INSIDE.map(lambda text: '"' + text.replace('"', '""') + '"'),
    _INSIDE.map(lambda text: "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"),
    _INSIDE.map(lambda text: "$tag$" + text.replace("$", "") + "$tag$"),
    _INSIDE.map(lambda text: "--" + text.replace("\n", "") + "\n"),
    _INSIDE.map(lambda text: "/*" + text.replace("/", "").replace("*", "") + "*/"),
    st.sampled_from(["x::text", "y := 1", "select", "42", "(", ")", ",", "=", "t.c"]),
)
_PIECES = st.lists(st.one_of(_OPAQUE.map(lambda text: (text, None)), _NAMES.map(lambda name: (f":{name}", name))))


@given(_PIECES)
def test_only_parameters_are_replaced(pieces: list[tuple[str, str | None]]) -> None:
    found = translate(" ".join(text for text, _ in pieces))
    assert list(found.names) == [name for _, name in pieces if name]
    numbers = iter(range(1, len(pieces) + 1))
    assert found.sql == " ".join(f"${next(numbers)}" if name else text for text, name in pieces)


@given(st.text(":'\"$-/*\\ aE1\n[]"))
def test_nothing_else_changes(sql: str) -> None:
    found = translate(sql)
    names = iter(found.names)
    marked = translate(sql).sql
    if not re.search(r"\$\d", sql):
        assert re.sub(r"\$\d+", lambda _: f":{next(names)}", marked) == sql
