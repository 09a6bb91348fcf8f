from __future__ import annotations

import os
from pathlib import Path

from engine import runner
from tests.infra.interrupting import MOMENTS, interrupt, left

COMMAND = ("sleep", f"6161.1{os.getpid()}")


def test_an_interrupt_reaches_the_engine_also_while_it_starts(tmp_path: Path) -> None:
    for after in MOMENTS:
        interrupt(after, lambda: runner.run(COMMAND, directory=tmp_path, environment=os.environ))
    assert left(COMMAND) == []
