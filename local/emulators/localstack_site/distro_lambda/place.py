"""The private folder of an execution environment: code, /tmp, home and output; gone with the environment."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Place:
    """One environment's folder."""

    root: Path

    @classmethod
    def make(cls, root: Path, code: Path) -> Self:
        """A new folder with its own copy of the code: an update may remove the original while this one still runs."""
        place = cls(root)
        for folder in (place.temporary, place.home):
            folder.mkdir(parents=True, mode=0o700)
        shutil.copytree(code, place.task, symlinks=True, copy_function=_link)
        return place

    @property
    def task(self) -> Path:
        """LAMBDA_TASK_ROOT."""
        return self.root / "task"

    @property
    def temporary(self) -> Path:
        """What the function sees as its temporary folder."""
        return self.root / "tmp"

    @property
    def home(self) -> Path:
        """HOME."""
        return self.root / "home"

    @property
    def output(self) -> Path:
        """What the function and the emulator write to standard output and error."""
        return self.root / "output"

    def take_output(self) -> str:
        """What was written since the last call. The writers append, so the file can be emptied under them."""
        with self.output.open("r+b") as file:
            written = file.read()
            file.truncate(0)
        return written.decode(errors="replace")

    def remove(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.root, ignore_errors=True)


def _link(source: str, target: str) -> None:
    """A hard link: as good as a copy as long as functions do not rewrite their own code, and free for large ones."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)
