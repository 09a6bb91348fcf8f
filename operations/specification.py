"""Checks, lists and compares the environment specifications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra import specification
from infra.document import Place, shown
from infra.errors import Problem, UsageError

if TYPE_CHECKING:
    from infra.environment import OpenPoint
    from infra.environment.base import Section
    from infra.stack_file import StackFile

Value = str | int | float | bool | list[Any] | None


@dataclass(frozen=True)
class Setting:
    """One value of an environment: `source` is file:line, or `default` where the model states it."""

    path: str
    value: Value
    unit: str
    section: str
    source: str


@dataclass(frozen=True)
class Specification:
    """One environment's settings in the order of the model, and what is left open."""

    environment: str
    settings: tuple[Setting, ...]
    open_points: tuple[OpenPoint, ...]


@dataclass(frozen=True)
class Difference:
    """A setting with another value; a side is None, and `absent` names it, where it has no such setting."""

    path: str
    section: str
    unit: str
    left: Value
    right: Value
    absent: str | None = None


def check(env: str | None, root: Path | None = None) -> tuple[Problem, ...]:
    """Every problem of all specifications, or of one. Raises UsageError for an unknown name."""
    return specification.problems(env, root)


def show(env: str, below: str = "", root: Path | None = None) -> Specification:
    """Every setting of one environment, or those below a path.

    Raises UsageError for an unknown name or path, ConfigurationError where the specification is not valid.
    """
    from infra.environment import open_points

    examined = specification.examine(env, root)
    found = examined.get()
    settings = tuple(
        Setting(shown(place), value, unit, section, _source(examined.file, place))
        for place, value, unit, section in _leaves(found)
    )
    wanted = tuple(setting for setting in settings if _within(setting.path, below))
    if not wanted:
        raise UsageError(f"{env} has no setting {below!r}.", hint=f"`distro spec show {env}` lists all.")
    points = tuple(point for point in open_points(found) if _within(point.path.removeprefix("environment."), below))
    return Specification(env, wanted, points)


def diff(left: str, right: str, root: Path | None = None) -> tuple[Difference, ...]:
    """What differs between two environments, in the order of the document's sections.

    Raises UsageError for `shared`, which has nothing to compare, and as `show` does.
    """
    if specification.SHARED in {left, right} and left != right:
        raise UsageError("shared is no environment like the others: there is nothing to compare it with.")
    from infra.environment.sections import SECTIONS

    ours, theirs = ({each.path: each for each in show(env, root=root).settings} for env in (left, right))
    found = (_difference(path, ours, theirs, (left, right)) for path in dict.fromkeys((*ours, *theirs)))
    order = list(SECTIONS)
    return tuple(sorted(filter(None, found), key=lambda difference: order.index(difference.section)))


def _difference(
    path: str, ours: Mapping[str, Setting], theirs: Mapping[str, Setting], names: tuple[str, str]
) -> Difference | None:
    left, right = ours.get(path), theirs.get(path)
    if left and right:
        changed = left.value != right.value
        return Difference(path, left.section, left.unit, left.value, right.value) if changed else None
    only, other, absent = (left, theirs, names[1]) if left else (right, ours, names[0])
    if only is None or (only.value is None and any(_within(each, path) for each in other)):
        return None  # a part that one side lacks: the other side's settings below it say so
    return Difference(
        path, only.section, only.unit, left.value if left else None, right.value if right else None, absent
    )


def _within(path: str, below: str) -> bool:
    return not below or path == below or path.startswith((f"{below}.", f"{below}["))


def _leaves(model: Section) -> Iterator[tuple[Place, Value, str, str]]:
    from infra.environment.describe import meaning

    for place, value in _walk(model.model_dump(mode="json"), ()):
        found = meaning(type(model), place)
        yield place, value, found.unit, found.section


def _walk(value: Any, place: Place) -> Iterator[tuple[Place, Value]]:
    if isinstance(value, Mapping) and value:
        for key, child in value.items():
            yield from _walk(child, (*place, key))
    elif place != ("name",):
        yield place, None if isinstance(value, Mapping) else value


def _source(file: StackFile, place: Place) -> str:
    found = file.node.find(place)
    return f"{found.file}:{found.line}" if found else "default"
