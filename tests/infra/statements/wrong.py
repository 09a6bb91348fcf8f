"""Random wrong values in the stack files, and the tables of this folder held against them."""

from __future__ import annotations

import importlib
import random
import string
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from infra.errors import ConfigurationError
from infra.paths import project_root
from infra.specification import ENVIRONMENTS, SHARED, load_all
from tests.infra.statements import reading

Place = tuple[str | int, ...]
_ROOT: Place = ("config", "distro:environment")


def leaves(stack: str) -> Iterator[tuple[Place, Any]]:
    """Every value of a stack file, with its place below `distro:environment`."""
    yield from _leaves(_document(stack)["config"]["distro:environment"], ())


def _document(stack: str) -> Any:
    return yaml.load((project_root() / f"Pulumi.{stack}.yaml").read_text(), yaml.CSafeLoader)


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, dict | list) and value:
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(member, (*place, key))
    else:
        yield place, value


def wrong(value: Any, chance: random.Random) -> Any:
    """Another value of the same kind, near enough to be typed by mistake."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return chance.choice([value * 2 + 1, value + 1, value * 10 + 10, -value - 1])
    if isinstance(value, str) and value.isdigit():
        return str(int(value) + chance.randrange(1, 1000)).zfill(len(value))
    if isinstance(value, str):
        where = chance.randrange(len(value))
        return (
            value[:where] + chance.choice(string.ascii_lowercase.replace(value[where].lower(), "")) + value[where + 1 :]
        )
    return ["something"] if isinstance(value, list) else "something"


def write(root: Path, stack: str, place: Place, value: Any) -> None:
    """The project's stack files in a folder, one value of one of them changed."""
    for name in (*ENVIRONMENTS, SHARED):
        document = _document(name)
        if name == stack:
            *above, last = (*_ROOT, *place)
            inside = document
            for key in above:
                inside = inside[key]
            inside[last] = value
        (root / f"Pulumi.{name}.yaml").write_text(yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True))


def caught(root: Path) -> str | None:
    """What finds the files of a folder wrong: `spec check`, or the first statement that does not hold."""
    try:
        changed = load_all(root)
    except ConfigurationError as error:
        return f"spec check: {error.problems[0]}"
    with pytest.MonkeyPatch.context() as patch:
        for module in (reading, *_modules()):
            patch.setattr(module, "specifications", lambda: changed, raising=False)
        return next((name for name, test in tests() if not _holds(test)), None)


def _holds(test: Callable[[], None]) -> bool:
    try:
        test()
    except (AssertionError, KeyError, AttributeError, StopIteration):
        return False
    return True


@cache
def tests() -> tuple[tuple[str, Callable[[], None]], ...]:
    """Every test of this folder's tables, by function and statement."""
    return tuple(_tests())


@cache
def _modules() -> tuple[ModuleType, ...]:
    files = sorted(file.stem for file in Path(__file__).parent.glob("test_*.py") if file.stem not in _OTHERS)
    return tuple(importlib.import_module(f"tests.infra.statements.{name}") for name in files)


_OTHERS = {"test_coverage", "test_wrong_values"}


def _tests() -> Iterator[tuple[str, Callable[[], None]]]:
    for module in _modules():
        for name, function in vars(module).items():
            marks = getattr(function, "pytestmark", []) if name.startswith("test_") else []
            for mark in (mark for mark in marks if mark.name == "parametrize"):
                yield from (_case(name, function, mark.args[0], row) for row in mark.args[1])


def _case(name: str, function: Callable[..., None], names: Any, row: Any) -> tuple[str, Callable[[], None]]:
    given = {names: row} if isinstance(names, str) else dict(zip(names, row, strict=True))
    return f"{name}[{given['statement']}]", lambda: function(**given)
