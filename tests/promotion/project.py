"""A small clone of the project that a test may commit to: real git, the stack files, the workloads, the lock file."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from infra.paths import project_root
from promotion.repository import Repository

AUTHOR = ("Ada Author", "ada@example.com")
_COPIED = (
    "Pulumi.yaml", "requirements.lock", ".gitignore", "infra/__init__.py", "infra/workloads", "infra/aws/__init__.py",
    "infra/aws/lambda_code.py", "engine",
)  # fmt: skip


class Project:
    """A git repository; every commit is made by a stated person at a stated time."""

    def __init__(self, root: Path, author: tuple[str, str] = AUTHOR) -> None:
        self.root = root
        if root.exists():
            return
        root.mkdir(parents=True)
        for file in project_root().glob("Pulumi.*.yaml"):
            shutil.copy(file, root)
        for name in _COPIED:
            place, copy = project_root() / name, root / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            if place.is_dir():
                shutil.copytree(place, copy, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(place, copy)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("Begin", author=author, committer=author)

    @property
    def repository(self) -> Repository:
        return Repository(self.root)

    def git(self, *arguments: str, author: tuple[str, str] = AUTHOR, committer: tuple[str, str] = AUTHOR) -> str:
        variables = {
            "GIT_AUTHOR_NAME": author[0], "GIT_AUTHOR_EMAIL": author[1], "GIT_AUTHOR_DATE": "2026-11-01T10:00:00+01:00",
            "GIT_COMMITTER_NAME": committer[0], "GIT_COMMITTER_EMAIL": committer[1],
            "GIT_COMMITTER_DATE": "2026-11-01T10:00:00+01:00", "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }  # fmt: skip
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env={**os.environ, **variables}, check=True, capture_output=True
        )
        return done.stdout.decode(errors="replace").strip()

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self, message: str, *, author: tuple[str, str] = AUTHOR, committer: tuple[str, str] = AUTHOR) -> str:
        """Commit everything; the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message, author=author, committer=committer)
        return self.git("rev-parse", "HEAD")

    def change(self, env: str, old: str, new: str) -> None:
        """Replace one piece of text of a stack file that stands there once."""
        file = self.root / f"Pulumi.{env}.yaml"
        text = file.read_text()
        assert text.count(old) == 1
        file.write_text(text.replace(old, new))
