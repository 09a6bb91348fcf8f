"""botocore's data files without their documentation: parsed once an environment, read once a process.

LocalStack and moto make dozens of sessions, and each would parse its own; a quarter of the provider's start went there.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import botocore.session
from botocore.loaders import JSONFileLoader, Loader

from .kept import kept

_read = JSONFileLoader.load_file
_PACKAGED = Path(Loader.BUILTIN_DATA_PATH)


def install() -> None:
    """Let every session of the process share what was read."""
    JSONFileLoader.load_file = load_file  # type: ignore[assignment, method-assign]
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)


def load_file(loader: JSONFileLoader, file_path: str) -> Any:
    """As botocore's method: the content, or None where there is no such file."""
    return _load(file_path) if loader.exists(file_path) else None


@functools.cache
def _load(file_path: str) -> Any:
    def read() -> Any:
        return undocumented(_read(JSONFileLoader(), file_path))

    place = Path(file_path)
    if not place.is_relative_to(_PACKAGED):  # the user's own, which may change
        return read()
    return kept("botocore-" + "-".join(place.relative_to(_PACKAGED).parts), read)


def undocumented(content: Any) -> Any:
    """With empty texts for `documentation`, which are three quarters of a service's model; botocore needs the keys."""
    if isinstance(content, dict):
        return {name: "" if _is_text(name, value) else undocumented(value) for name, value in content.items()}
    return [undocumented(each) for each in content] if isinstance(content, list) else content


def _is_text(name: str, value: Any) -> bool:
    """A member of that name has a shape; its value is no text."""
    return name == "documentation" and isinstance(value, str)
