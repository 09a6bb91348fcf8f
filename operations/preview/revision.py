"""The project as it was at another revision, unpacked into a temporary folder. The user's tree is never touched."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.errors import OperationFailed, UsageError


@dataclass(frozen=True)
class Revision:
    """A commit, by the name that the user gave it, and where its files lie."""

    ref: str
    commit: str
    root: Path

    def __str__(self) -> str:
        """`main (41ad408)`."""
        return f"{self.ref} ({self.commit[:7]})"


@contextmanager
def unpacked(ref: str, repository: Path) -> Iterator[Revision]:
    """Its files while the block runs. Raises UsageError where the repository has no such commit.

    `git archive` reads objects alone: no worktree is registered that a kill would leave behind.
    """
    commit = _commit(ref, repository)
    with tempfile.TemporaryDirectory(prefix="distro-base-") as folder:
        root = Path(folder).resolve()
        _unpack(commit, repository, root)
        yield Revision(ref, commit, root)


def _commit(ref: str, repository: Path) -> str:
    argv = ["git", "-C", str(repository), "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"]
    answer = subprocess.run(argv, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise UsageError(
            f"{ref!r} is no commit of this repository.",
            hint="Name a branch, tag or commit; a shallow clone has to fetch it first: git fetch origin REF",
        )
    return answer.stdout.strip()


def _unpack(commit: str, repository: Path, target: Path) -> None:
    argv = ["git", "-C", str(repository), "archive", "--format=tar", commit]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as archive:
        if archive.stdout is not None:
            with tarfile.open(fileobj=archive.stdout, mode="r|") as files:
                files.extractall(target, filter="tar")  # a repository may hold absolute links
    if archive.returncode:
        raise OperationFailed(f"`git archive {commit}` failed with exit code {archive.returncode}.")
