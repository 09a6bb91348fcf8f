"""Secrets are unwrapped for a call and wrapped again in its results: at the same place, and wherever their text shows.

A provider that unwraps without wrapping again puts them in clear into plans, states and events.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from local.provider.wire import SECRET, SIGNATURE, UNKNOWN, marked

Path = tuple[str | int, ...]

LONG = 8
"""From this length on, a text that contains the secret is one too; a shorter secret must be the whole text."""
SHORT = 4
"""Below this length texts are not compared at all ("yes" is everywhere); the place still counts."""
MASK = "[secret]"


@dataclass(frozen=True)
class Secrets:
    """Where secrets stood, and what they said."""

    paths: frozenset[Path] = frozenset()
    texts: frozenset[str] = frozenset()
    spellings: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        """Work the spellings out once; longest first, so that a mask never leaves a tail."""
        found = {spelling for text in self.texts if len(text) >= LONG for spelling in spelled(text)}
        object.__setattr__(self, "spellings", tuple(sorted(found, key=len, reverse=True)))

    def __or__(self, other: Secrets) -> Secrets:
        """Both."""
        return Secrets(self.paths | other.paths, self.texts | other.texts)

    def inside(self, text: str) -> bool:
        """Whether a text is a secret, or holds one in any spelling."""
        return (len(text) >= SHORT and text in self.texts) or any(spelling in text for spelling in self.spellings)

    def mask(self, text: str) -> str:
        """A text for people, without the secrets."""
        for spelling in self.spellings:
            text = text.replace(spelling, MASK)
        return text


def spelled(text: str) -> Iterable[str]:
    """The ways a text shows inside another: as it is, in JSON, in an address, in base64."""
    yield text
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield quote(text, safe="")
    yield base64.b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def wrap(value: Any) -> dict[str, Any]:
    """A value with the mark of a secret."""
    return {SIGNATURE: SECRET, "value": value}


def unwrap(value: Any) -> Any:
    """A value without the marks, at every depth."""
    return reveal(value)[0]


def reveal(value: Any) -> tuple[Any, Secrets]:
    """A value without the marks, and where they were."""
    paths: set[Path] = set()
    texts: set[str] = set()
    plain = _reveal(value, (), paths, texts, within=False)
    return plain, Secrets(frozenset(paths), frozenset(texts - {UNKNOWN, ""}))


def _reveal(value: Any, path: Path, paths: set[Path], texts: set[str], *, within: bool) -> Any:
    if marked(value, SECRET):
        paths.add(path)
        return _reveal(value.get("value"), path, paths, texts, within=True)
    if isinstance(value, Mapping):
        return {key: _reveal(member, (*path, key), paths, texts, within=within) for key, member in value.items()}
    if isinstance(value, list):
        return [_reveal(member, (*path, index), paths, texts, within=within) for index, member in enumerate(value)]
    if within and isinstance(value, str):
        texts.add(value)
    return value


def conceal(values: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    """`values` with every secret wrapped, at its place and wherever its text shows; wrapped ones are left alone."""
    return {key: _conceal(value, (key,), secrets) for key, value in values.items()}


def _conceal(value: Any, path: Path, secrets: Secrets) -> Any:
    if marked(value, SECRET) or value is None:
        return value
    if path in secrets.paths:
        return wrap(unwrap(value))
    if isinstance(value, Mapping):
        return {key: _conceal(member, (*path, key), secrets) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_conceal(member, (*path, index), secrets) for index, member in enumerate(value)]
    return wrap(value) if isinstance(value, str) and secrets.inside(value) else value
