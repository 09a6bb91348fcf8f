"""Values that follow from the installed packages alone: computed once, kept in that environment."""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(sys.prefix, "kept")
"""Goes with the environment, and so with the versions that the values follow from."""


def kept(name: str, compute: Callable[[], Any]) -> Any:
    """What `compute` gave the first time; of the types that `marshal` knows."""
    file = FOLDER / f"{name}.marshal"
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
        return marshal.loads(file.read_bytes())  # noqa: S302 - written by this module, beside the code that runs
    value = compute()
    with contextlib.suppress(OSError):  # a full or closed disk costs time only
        _write(file, marshal.dumps(value))
    return value


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: several sandboxes may start at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
    Path(draft).replace(file)
