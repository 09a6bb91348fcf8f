"""How the tables of this folder are read: a statement, a stack, a resource, a place in its inputs, the value there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.infra.previewing import Preview

Planned = Callable[[str], Preview]
ABSENT = None


@dataclass(frozen=True)
class Row:
    """What one statement says of one resource."""

    statement: str
    stack: str
    kind: str
    name: str
    path: str
    value: Any

    def found(self, planned: Planned) -> Any:
        """The value that the engine would set."""
        return at(planned(self.stack).one(self.kind, self.name).inputs, self.path)


def said(*rows: tuple[str, str, str, str, str, Any]) -> pytest.MarkDecorator:
    """A table: statement, stack, type, name (perhaps `component/name`), path in the inputs, value."""
    table = [Row(*row) for row in rows]
    names = [f"{row.statement}-{row.stack}-{row.name}-{row.path}" for row in table]
    return pytest.mark.parametrize("row", table, ids=names)


def at(inputs: Any, path: str) -> Any:
    """The value at `a.0.b`; None where there is none."""
    for part in path.split("."):
        if isinstance(inputs, list):
            inputs = inputs[int(part)] if int(part) < len(inputs) else None
        else:
            inputs = inputs.get(part) if isinstance(inputs, dict) else None
    return inputs
