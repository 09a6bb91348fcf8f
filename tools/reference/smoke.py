"""docs/reference/smoke.md, from the table of checks."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from operations.smoke.run import CHECKS

_INTRODUCTION = """\
# Smoke checks

<!-- Made by `python -m tools.reference` from operations/smoke/. Do not edit: change the checks. -->

`distro smoke ENV` runs these side by side. Each uses the environment as its clients do, cleans up after itself, and
fails when its system is broken (`tests/acceptance/test_smoke.py` breaks each once).

| check | system | where |
|---|---|---|"""


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *_rows()]) + "\n"


def _rows() -> Iterator[str]:
    for check in CHECKS:
        summary = (sys.modules[check.run.__module__].__doc__ or "").splitlines()[0]
        yield f"| `{check.name}` | {check.system} | {summary} |"
