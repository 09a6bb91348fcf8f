"""A copy of the project's stack files that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

from infra.errors import Problem
from infra.paths import project_root
from infra.specification import problems

NAMES = ("local", "dev", "staging", "prod", "shared")


class Project:
    """The five stack files in a folder of their own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in NAMES:
            shutil.copy(project_root() / f"Pulumi.{name}.yaml", root)

    def path(self, env: str) -> Path:
        return self.root / f"Pulumi.{env}.yaml"

    def text(self, env: str) -> str:
        return self.path(env).read_text()

    def write(self, env: str, text: str | bytes) -> None:
        self.path(env).write_bytes(text.encode() if isinstance(text, str) else text)

    def change(self, env: str, old: str, new: str) -> int:
        """Replace one piece of text that stands there once; return its line."""
        text = self.text(env)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {env}"
        self.write(env, text.replace(old, new))
        return text[: text.index(old)].count("\n") + 1

    def problems(self, only: str | None = None) -> tuple[Problem, ...]:
        return problems(only, self.root)

    def found(self) -> list[tuple[str, int, str]]:
        """File, line and path of each problem."""
        return [(problem.file, problem.line, problem.path) for problem in self.problems()]
