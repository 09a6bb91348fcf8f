from __future__ import annotations

import os
from pathlib import Path

from promotion.rehearsal.shell import typed
from tests.infra.interrupting import MOMENTS, interrupt, left

COMMAND = ("sleep", f"6161.2{os.getpid()}")


def test_whenever_the_interrupt_comes_no_command_is_left(tmp_path: Path) -> None:
    for after in MOMENTS:
        interrupt(after, lambda: typed(COMMAND, tmp_path))
    assert left(COMMAND) == []
