"""Loads the sandbox's services before the server listens: MiniStack would load each at its first request."""

from __future__ import annotations

from collections.abc import Iterable

from ministack import app
from ministack.core import router


def load(names: Iterable[str]) -> None:
    """Load the modules of services, given by their signing names; one that MiniStack does not have is passed over."""
    # For a name that it does not know MiniStack reads the models of all AWS services: three seconds and 385 MB, to
    # choose between two texts of an error. No such request passes the guard; should one, this is what it costs.
    router._KNOWN_AWS_SERVICE_NAMES = frozenset()
    for name in names:
        entry = app.SERVICE_REGISTRY.get(app.SERVICE_NAME_ALIASES.get(name, name))
        if entry:
            for module in (entry["module"], *entry.get("sub_modules", ())):
                app._get_module(module)
