"""How the tables of this folder are read: each row begins with the id of its statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from infra.environment import Environment, Range
from infra.specification import Specifications, load_all

Row = tuple[str, str, str, Any]


@cache
def specifications() -> Specifications:
    """All specifications of the checkout."""
    return load_all()


def environment(name: str) -> Environment:
    """One environment."""
    return specifications().environments[name]


def said(*rows: Row) -> pytest.MarkDecorator:
    """A table: each row is one test, named after its statement."""
    names = [f"{statement}-{env}-{path}" for statement, env, path, _ in rows]
    return pytest.mark.parametrize(("statement", "env", "path", "value"), rows, ids=names)


def holds(*rows: tuple[str, Callable[[], object]]) -> pytest.MarkDecorator:
    """A table of what is no single value: each row is a statement and a condition."""
    return pytest.mark.parametrize(("statement", "condition"), rows, ids=[statement for statement, _ in rows])


def cites(*statements: str) -> pytest.MarkDecorator:
    """One condition that shows several statements: each is a test."""
    return pytest.mark.parametrize("statement", statements)


def check(env: str, path: str, value: Any) -> None:
    """Compare the value at a path of an environment, or of `shared`, with the expected one."""
    specification = specifications().shared if env == "shared" else environment(env)
    found = at(specification, path)
    assert found == value, f"{env}: {path} is {found!r}, the document says {value!r}"


def at(specification: object, path: str) -> Any:
    """The value at a dotted path: fields, properties, and names of mappings."""
    found: Any = specification
    for part in path.split("."):
        found = found[part] if isinstance(found, Mapping) else getattr(found, part)
    return found


def between(least: int, most: int) -> Range:
    """A range of the specification."""
    return Range(least=least, most=most)
