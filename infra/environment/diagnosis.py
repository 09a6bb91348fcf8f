"""Turns what pydantic says of a specification into what stands there, what is allowed, and which section says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from infra.document import Place
from infra.environment.base import Section
from infra.environment.describe import Meaning, meaning
from infra.errors import Problem
from infra.stack_file import StackFile, unknown_key

_SHOWN = 60
S = TypeVar("S", bound=Section)


def validated(file: StackFile, model: type[S]) -> tuple[S | None, tuple[Problem, ...]]:
    """The model filled with a file's values, or None and every problem of them."""
    values = file.node.plain()
    try:
        return model.model_validate({**values, "name": file.env} if isinstance(values, dict) else values), ()
    except ValidationError as error:
        return None, tuple(file.problem(*found) for found in _findings(error, model))


def _findings(error: ValidationError, model: type[Section]) -> Iterator[tuple[Place, str]]:
    for details in error.errors(include_url=False):
        place = details["loc"]
        if place and place[-1] == "[key]":
            yield place[:-1], _unknown(str(place[-2]), meaning(model, place[:-2]))
        else:
            yield place, _message(details, place, model)


def _message(details: ErrorDetails, place: Place, model: type[Section]) -> str:
    kind, found = details["type"], meaning(model, place)
    if kind == "extra_forbidden":
        return _unknown(str(place[-1]), meaning(model, place[:-1]))
    if kind == "missing":
        return f"is missing; allowed: {found.allowed()} {_source(found)}"
    if kind == "value_error":
        return f"{details['ctx']['error']} {_source(found)}"
    return f"{_value(details['input'])} is not allowed; allowed: {found.allowed()} {_source(found)}"


def _unknown(key: str, above: Meaning) -> str:
    if names := above.names():
        return unknown_key(key, [name for name in names if name != "name"])
    return f"is not an allowed name; allowed: {above.keys.allowed()} {_source(above)}"


def _source(found: Meaning) -> str:
    return f"(section {found.section})" if found.section else ""


def _value(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
