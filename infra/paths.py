"""Where things lie: the project, the user's cache, the project's own state."""

from __future__ import annotations

import os
from pathlib import Path

REHEARSAL = "distro-rehearse-"
"""How the names of folders of `distro rehearse` begin, among the temporary files."""
AT_WORK = "lock"
"""The file there that its process has locked while it lives."""


def project_root() -> Path:
    """The checkout that this code runs from."""
    return Path(__file__).resolve().parent.parent


def cache_home() -> Path:
    """What can be made again and is shared by all checkouts of a user: toolchain, emulator environments."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "distro"


def memory_home() -> Path:
    """What this user's programs must not forget, and no checkout owns: which root of trust each store has."""
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "distro"


def state_home() -> Path:
    """What belongs to this checkout: sandboxes, event logs, local stores. Never committed."""
    return project_root() / ".distro"
