"""Reads the environment's values out of a Pulumi stack file, Pulumi.<env>.yaml, with the place of each.

    config:
      distro:environment:
        extends: dev          # optional: another environment's values, on which these are laid key by key
        account: "…"

Everything around them is Pulumi's and left alone, apart from keys that Pulumi would pass over in silence.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from infra.document import Node, Place, merged, shown
from infra.errors import Problem
from infra.yaml_file import read

KEY = "distro:environment"
_ROOT = "environment"
_PULUMI = ("config", "secretsprovider", "encryptedkey", "encryptionsalt", "environment")
_EXTENSIBLE = ("local", "dev", "staging", "prod")


@dataclass(frozen=True)
class StackFile:
    """The values of one environment and what is wrong with the file itself."""

    env: str
    node: Node
    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    """The files that the values come from, the environment's own first."""
    usable: bool = True
    """Whether there are values to look at; without, `problems` says why."""

    def problem(self, place: Place, message: str) -> Problem:
        """A problem with the value at a place, shown where it stands, or where it should."""
        found = self.node.at(place)
        return Problem(found.file, found.line, shown((_ROOT, *place)), message)


def read_stack(env: str, root: Path) -> StackFile:
    """Read Pulumi.<env>.yaml below `root`, and what it extends. Raises nothing: problems are collected."""
    own = _own(env, root)
    if not isinstance(own.node.value, dict) or "extends" not in own.node.value:
        return own
    base = own.node.value["extends"]
    rest = Node({key: node for key, node in own.node.value.items() if key != "extends"}, own.node.file, own.node.line)
    if base.value not in _EXTENSIBLE or base.value == env:
        others = ", ".join(name for name in _EXTENSIBLE if name != env)
        wrong = own.problem(("extends",), f"{base.value!r} is not allowed; allowed: {others}")
        return replace(own, problems=(*own.problems, wrong), usable=False)
    return _extended(replace(own, node=rest), _own(str(base.value), root))


def _extended(own: StackFile, base: StackFile) -> StackFile:
    problems = [*own.problems, *base.problems]
    if isinstance(base.node.value, dict) and "extends" in base.node.value:
        problems.append(base.problem(("extends",), "what others extend cannot extend a third"))
    return StackFile(
        own.env, merged(base.node, own.node), tuple(problems), own.files + base.files, own.usable and base.usable
    )


def _own(env: str, root: Path) -> StackFile:
    file = f"Pulumi.{env}.yaml"
    node, problems = read(root / file, file)
    if node is None:
        return StackFile(env, Node({}, file, 0), tuple(problems), (file,), usable=False)
    problems.extend(_around(node))
    values = node.at(("config", KEY))
    if not isinstance(values.value, dict) or not _present(node):
        problems += [] if not _present(node) else [Problem(file, values.line, _ROOT, "must be a mapping of settings")]
        return StackFile(env, values, tuple(problems), (file,), usable=False)
    if "name" in values.value:
        problems.append(Problem(file, values.value["name"].line, f"{_ROOT}.name", "the file's name gives it"))
    return StackFile(env, values, tuple(problems), (file,))


def _present(node: Node) -> bool:
    config = node.value.get("config") if isinstance(node.value, dict) else None
    return config is not None and isinstance(config.value, dict) and KEY in config.value


def _around(node: Node) -> Iterator[Problem]:
    if not isinstance(node.value, dict):
        yield Problem(node.file, node.line, "", "must be a mapping with the key config")
        return
    yield from _unknown(node, _PULUMI, ())
    config = node.value.get("config")
    if config is None or not isinstance(config.value, dict):
        yield Problem(node.file, config.line if config else 0, "config", f"must be a mapping with the key {KEY}")
        return
    own = {key: child for key, child in config.value.items() if key.startswith("distro:") or ":" not in key}
    yield from _unknown(Node(own, node.file, config.line), (KEY,), ("config",))
    if KEY not in config.value:
        yield Problem(node.file, config.line, "config", f"{KEY} is missing: the environment's settings")


def _unknown(node: Node, known: Iterable[str], place: Place) -> Iterator[Problem]:
    for key, child in node.value.items() if isinstance(node.value, dict) else ():
        if key == KEY and key not in known:
            yield Problem(node.file, child.line, key, "belongs below config")
        elif key not in known:
            yield Problem(node.file, child.line, shown((*place, key)), unknown_key(key, known))


def unknown_key(key: str, known: Iterable[str]) -> str:
    """What to say of a key that nobody knows: the nearest one, else all."""
    near = difflib.get_close_matches(key, list(known), n=1)
    return f"is not a known key; did you mean {near[0]}?" if near else f"is not a known key; known: {', '.join(known)}"
