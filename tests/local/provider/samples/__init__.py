"""Sample inputs of every emulated type, shared by the tests of the provider."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Ref:
    """An output of another sample, which is created first; "id" is its id."""

    sample: str
    output: str = "id"


@dataclass(frozen=True)
class Sample:
    """One resource: its inputs, and changes that are made to it one after the other.

    A change that names a property with None takes it away.
    """

    name: str
    type: str
    inputs: Mapping[str, Any]
    changes: tuple[Mapping[str, Any], ...] = ()
    outputs: tuple[str, ...] = field(default=())
    """Computed outputs that must be there and not empty."""

    def needs(self) -> list[str]:
        """The samples that it refers to."""
        return list(dict.fromkeys(ref.sample for ref in refs([self.inputs, *self.changes])))


def refs(value: Any) -> Iterator[Ref]:
    """Every reference inside a value."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from refs(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from refs(member)


@cache
def samples() -> Mapping[str, Sample]:
    """Every sample of every module of this package, by name."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        for sample in importlib.import_module(f"{__name__}.{module.name}").SAMPLES:
            if sample.name in found:
                raise ValueError(f"two samples are named {sample.name}")
            found[sample.name] = sample
    return found
