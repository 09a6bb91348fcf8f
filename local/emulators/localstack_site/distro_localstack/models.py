"""botocore's data files, read once a process: LocalStack and moto make dozens of sessions, and each reads its own."""

from __future__ import annotations

import functools
from typing import Any

from botocore.loaders import JSONFileLoader

_read = JSONFileLoader.load_file


def install() -> None:
    """Let every loader of the process share what was read."""
    JSONFileLoader.load_file = load_file  # type: ignore[assignment, method-assign]


def load_file(loader: JSONFileLoader, file_path: str) -> Any:
    """As botocore's method: the content, or None where there is no such file."""
    return _load(file_path) if loader.exists(file_path) else None


@functools.lru_cache(maxsize=128)
def _load(file_path: str) -> Any:
    return _read(JSONFileLoader(), file_path)
