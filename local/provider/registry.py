"""Which types and functions the emulated provider knows: every module of local/provider/services/."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from local.provider import services
from local.provider.cloud import Cloud
from local.provider.resource import Resource

Invoke = Callable[[Cloud, Mapping[str, Any]], Mapping[str, Any]]
"""A function such as `aws:index/getRegion:getRegion`: arguments to result, both in wire names."""


@dataclass
class Registry:
    """Types and functions by token."""

    resources: dict[str, Resource] = field(default_factory=dict)
    invokes: dict[str, Invoke] = field(default_factory=dict)

    def add(self, module: Any) -> None:
        """Take over what a module lists in RESOURCES and INVOKES; a token listed twice is a mistake."""
        for kind in getattr(module, "RESOURCES", ()):
            if kind.type in self.resources:
                raise ValueError(f"{kind.type} is listed twice: {module.__name__}")
            self.resources[kind.type] = kind()
        self.invokes.update(getattr(module, "INVOKES", {}))


@cache
def registry() -> Registry:
    """Every type and function; loaded once, without boto3."""
    found = Registry()
    for module in sorted(pkgutil.iter_modules(services.__path__), key=lambda module: module.name):
        found.add(importlib.import_module(f"{services.__name__}.{module.name}"))
    return found
