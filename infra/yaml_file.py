"""Reads a YAML file into nodes; what is wrong with it as YAML is collected, not raised.

Scalars follow the core schema of YAML 1.2, as Pulumi reads them: `yes` and `08:00` are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from infra.document import Node, Place, Scalar, shown
from infra.errors import Problem

_STRING, _MAP, _SEQUENCE = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq"))
_WORDS: Mapping[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?\d{1,18}")
_FLOAT = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d{1,3})?")
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read(path: Path, file: str) -> tuple[Node | None, list[Problem]]:
    """Read one file, named `file` in problems; the node is None where nothing of it can be used."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None, [Problem(file, 0, "", "the file is missing")]
    except OSError as error:
        return None, [Problem(file, 0, "", f"cannot be read: {error.strerror or error}")]
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, "", "is not UTF-8 text")]
    node, problems = _parsed(text, file)
    return node, list(problems)


@lru_cache(maxsize=16)  # nodes are frozen, and one command reads the same files several times
def _parsed(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        return None, [Problem(file, _line(error, text), "", f"malformed YAML: {_reason(error)}")]
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        return None, [Problem(file, line, "", f"malformed YAML: {getattr(error, 'reason', error)}")]
    except RecursionError:
        return None, [Problem(file, 0, "", "malformed YAML: nested too deeply")]
    if root is None:
        return Node({}, file, 1), []
    builder = _Builder(file)
    return builder.node(root, 1, ()), builder.problems


def _line(error: yaml.MarkedYAMLError, text: str) -> int:
    """Where it went wrong; at the file's end, where what is not ended begins."""
    last = len(text.splitlines())
    lines = [mark.line + 1 for mark in (error.problem_mark, error.context_mark) if mark]
    return next((line for line in lines if line <= last), last)


def _reason(error: yaml.MarkedYAMLError) -> str:
    return ", ".join(part for part in (error.problem, error.context) if part) or "cannot be understood"


@dataclass
class _Builder:
    file: str
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def node(self, source: yaml.Node, line: int, place: Place) -> Node:
        """Turn a parsed node into one of ours; `line` is that of its key."""
        if id(source) in self.seen:
            # Aliases would allow endless and exponential values, and hide where a value stands.
            self._problem(line, place, "aliases (*name) are not allowed; state the value itself")
            return Node(None, self.file, line)
        self.seen.add(id(source))
        if source.tag not in {_STRING, _MAP, _SEQUENCE}:
            self._problem(line, place, f"the tag {source.tag} is not allowed")
        if isinstance(source, yaml.MappingNode):
            return Node(self._mapping(source, place), self.file, line)
        if isinstance(source, yaml.ScalarNode):
            return Node(_scalar(source.value, source.style), self.file, source.start_mark.line + 1)
        return Node(self._sequence(source.value, place), self.file, line)

    def _mapping(self, source: yaml.MappingNode, place: Place) -> dict[str, Node]:
        lines: dict[str, int] = {}
        value: dict[str, Node] = {}
        for key, line, child in self._pairs(source, place):
            if key in lines:
                self._problem(line, (*place, key), f"stated twice, first in line {lines[key]}")
            lines.setdefault(key, line)
            value[key] = self.node(child, line, (*place, key))
        return value

    def _pairs(self, source: yaml.MappingNode, place: Place) -> Iterator[tuple[str, int, yaml.Node]]:
        for key, child in source.value:
            line = key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode):
                yield key.value, line, child
            else:
                self._problem(line, place, "a key must be text")

    def _sequence(self, items: Sequence[yaml.Node], place: Place) -> list[Node]:
        return [self.node(item, item.start_mark.line + 1, (*place, index)) for index, item in enumerate(items)]

    def _problem(self, line: int, place: Place, message: str) -> None:
        self.problems.append(Problem(self.file, line, shown(place), message))


def _scalar(text: str, style: str | None) -> Scalar:
    if style:  # quoted or a block: text (libyaml says "" for a plain one, the Python parser None)
        return text
    if text.lower() in _WORDS and text in {text.lower(), text.upper(), text.capitalize()}:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
