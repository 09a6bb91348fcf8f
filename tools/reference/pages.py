"""Which pages there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from infra.paths import project_root
from tools.reference import commands, environment, errors, smoke

FOLDER = project_root() / "docs" / "reference"
PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands.page,
    "environment.md": environment.page,
    "exit-codes.md": errors.page,
    "smoke.md": smoke.page,
}
