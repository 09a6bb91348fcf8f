"""Another revision's files, and nothing left of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from infra.errors import UsageError
from operations.preview.revision import unpacked


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    git("init", "--initial-branch=main")
    (tmp_path / "file").write_text("before")
    git("add", ".")
    git("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-m", "One")
    (tmp_path / "file").write_text("after")
    return tmp_path


def state(repository: Path) -> str:
    words = ["git", "-C", str(repository), "status", "--porcelain=v2", "--branch"]
    worktrees = ["git", "-C", str(repository), "worktree", "list"]
    return "".join(subprocess.check_output(command, text=True) for command in (words, worktrees))


def test_it_has_the_files_of_the_revision_and_leaves_the_tree_alone(repository: Path) -> None:
    before = state(repository)
    with unpacked("main", repository) as revision:
        assert (revision.root / "file").read_text() == "before"
        assert str(revision) == f"main ({revision.commit[:7]})"
    assert not revision.root.exists()
    assert (repository / "file").read_text() == "after"
    assert state(repository) == before


@pytest.mark.parametrize("ref", ["nowhere", "--all", ""])
def test_what_is_no_commit_is_refused(repository: Path, ref: str) -> None:
    with pytest.raises(UsageError, match="is no commit"), unpacked(ref, repository):
        pass
