"""Named parameters: `:name` of the Data API to `$1`, `$2` of PostgreSQL's protocol.

A colon stands for a parameter only where PostgreSQL would read an operator: not in strings, quoted names, dollar
quotes and comments, and not in `::` and `:=` (PostgreSQL, "Lexical Structure").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAME = r"[A-Za-z_\u0080-\U0010ffff]"
# An unfinished string or comment reaches to the end: PostgreSQL says what is wrong with it.
_TOKEN = re.compile(
    rf"""
      (?P<comment> /\*)
    | --[^\n\r]*
    | [eE]'(?:[^'\\]|\\.|'')*(?:'|\\?\Z)
    | '(?:[^']|'')*(?:'|\Z)
    | "(?:[^"]|"")*(?:"|\Z)
    | \$(?P<tag>{_NAME}[\w]*)\$ .*? (?:\$(?P=tag)\$|\Z)
    | \$\$ .*? (?:\$\$|\Z)
    | {_NAME}[\w$]*
    | ::|:=
    | :(?P<parameter>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


@dataclass(frozen=True)
class Statement:
    """A statement in PostgreSQL's form: the n-th name belongs to `$n`; one used twice is there twice."""

    sql: str
    names: tuple[str, ...]


def translate(sql: str) -> Statement:
    """Number the parameters, each occurrence by itself, so that PostgreSQL infers the type of each from its place."""
    parts: list[str] = []
    names: list[str] = []
    end = 0
    for start, stop, name in _parameters(sql):
        names.append(name)
        parts += sql[end:start], f"${len(names)}"
        end = stop
    return Statement("".join((*parts, sql[end:])), tuple(names))


def _parameters(sql: str) -> Iterator[tuple[int, int, str]]:
    position = 0
    while found := _TOKEN.search(sql, position):
        position = _end_of_comment(sql, found.start()) if found["comment"] else found.end()
        if found["parameter"]:
            yield found.start(), found.end(), found["parameter"]


def _end_of_comment(sql: str, start: int) -> int:
    """The end of a block comment; those of PostgreSQL nest."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(sql)
