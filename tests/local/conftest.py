"""Sandboxes in a folder of their own, whatever the checkout's `.distro` holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local import sandbox


@pytest.fixture
def sandboxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of all sandboxes; whatever is left in it is stopped in the end."""
    monkeypatch.setattr(sandbox, "state_home", lambda: tmp_path / ".distro")
    yield tmp_path / ".distro" / "sandboxes"
    for name in sandbox.names():
        sandbox.stop(name)
