"""The git repository that releases come from: what is committed, by whom, and what is not.

Everything is read from git's objects, so that filters, line endings and the working tree play no part. Replacement
refs and grafts are switched off: they show another history than the one that was pushed.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from infra.errors import OperationFailed, UsageError

_SUBMODULE, _SYMLINK, _EXECUTABLE = "160000", "120000", "100755"
_VARIABLES = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_FIELDS = ("%H", "%T", "%P", "%an", "%ae", "%cn", "%ce", "%cI", "%B")
_CO_AUTHOR = re.compile(r"^co-authored-by:[ \t]*(.*?)[ \t]*<([^<>\n]*)>[ \t]*$", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True, order=True)
class Person:
    """A name and a mail address as a commit states them: claims, not identities."""

    name: str
    mail: str

    def __str__(self) -> str:
        """As git writes it."""
        return f"{self.name} <{self.mail}>"


@dataclass(frozen=True)
class Commit:
    """A commit; `date` is the committer's, ISO 8601. `co_authors` are named anywhere in its message."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    co_authors: tuple[Person, ...]
    date: str
    subject: str

    @property
    def people(self) -> frozenset[Person]:
        """Everybody who had a hand in it."""
        return frozenset({self.author, self.committer, *self.co_authors})


@dataclass(frozen=True)
class File:
    """A file of a tree."""

    path: PurePosixPath
    content: bytes
    executable: bool


@dataclass(frozen=True)
class Repository:
    """A clone."""

    root: Path

    def head(self) -> Commit:
        """The commit that is checked out. Raises UsageError where there is none."""
        return self.commit("HEAD")

    def commit(self, reference: str) -> Commit:
        """One commit. Raises UsageError for a reference that names none."""
        found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}", codes=(1,))
        if not found.strip():
            raise UsageError(f"{reference} is no commit of {self.root.name}.", hint="Fetch it: git fetch --all")
        return self._commits("--no-walk", found.decode().strip())[0]

    def branches(self, commit: str) -> tuple[str, ...]:
        """The local and remote-tracking branches that contain a commit."""
        listed = self._git("for-each-ref", "--contains", commit, "--format=%(refname)", "refs/heads", "refs/remotes")
        return tuple(sorted(listed.decode().split()))

    def published(self, branch: str, commit: str, remote: str) -> bool:
        """Whether a branch of a remote (its name or URL) holds a commit now.

        The remote is asked: refs of this clone, remote-tracking ones too, are whatever its owner makes of them. Raises
        UsageError where the remote has no such branch.
        """
        ref = f"refs/heads/{branch}"
        line = self._git("ls-remote", "--exit-code", "--end-of-options", remote, ref, codes=(2,)).decode().split()
        if not line:
            raise UsageError(f"{remote} has no branch {branch!r}.", hint=f"Push it: git push {remote} {branch}")
        self._git("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--end-of-options", remote, ref)
        return self._holds(line[0], self.commit(commit).id)

    def _holds(self, tip: str, commit: str) -> bool:
        """Whether a commit lies behind another one: then nothing is left of it that the other lacks."""
        return not self._git("rev-list", "--max-count=1", commit, f"^{tip}", "--").strip()

    def between(self, old: str, new: str) -> tuple[Commit, ...]:
        """Every commit that only one of two commits has behind it, newest first.

        Both sides: what a side branch or a rewritten history takes away is a change too. Raises UsageError where the
        clone is shallow or lacks one of them, since somebody's commit could be missing then.
        """
        self._whole()
        return self._commits(f"{self.commit(old).id}...{self.commit(new).id}")

    def history(self, commit: str) -> tuple[Commit, ...]:
        """A commit and all that lies behind it, newest first. Raises UsageError as `between`."""
        self._whole()
        return self._commits(self.commit(commit).id)

    def mail(self) -> str | None:
        """The address that commits made here would have (git-config(1), user.email)."""
        return self._git("config", "--get", "user.email", codes=(1,)).decode().strip() or None

    def _whole(self) -> None:
        if self._git("rev-parse", "--is-shallow-repository").strip() != b"false":
            raise UsageError("This clone is shallow: who changed what cannot be told.", hint="git fetch --unshallow")

    def files(self, tree: str) -> tuple[File, ...]:
        """Every file of a tree, in git's order. Raises OperationFailed for submodules and symbolic links."""
        entries = list(self._entries(tree))
        blobs = self._blobs([blob for _, blob, _ in entries])
        return tuple(
            File(path, content, mode == _EXECUTABLE) for (mode, _, path), content in zip(entries, blobs, strict=True)
        )

    def uncommitted(self) -> tuple[str, ...]:
        """Changes of tracked files, as paths."""
        found = self._git("status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames")
        return tuple(entry[3:] for entry in found.decode(errors="replace").split("\0") if entry)

    def untracked(self, *places: str) -> tuple[str, ...]:
        """Files below `places` that git does not know, ignored ones too; compiled Python aside."""
        found = self._git("ls-files", "-z", "--others", "--", *places).decode(errors="replace").split("\0")
        return tuple(path for path in found if path and "__pycache__" not in path.split("/"))

    def _commits(self, *arguments: str) -> tuple[Commit, ...]:
        pretty = "%x00".join(_FIELDS)
        text = self._git("-c", "i18n.logOutputEncoding=UTF-8", "log", "-z", f"--format={pretty}", *arguments, "--")
        # A commit holds no NUL: neither a name nor a message can end a field early.
        parts = text.decode(errors="replace").split("\0")
        return tuple(map(_commit, _grouped(parts, len(_FIELDS))))

    def _entries(self, tree: str) -> Iterator[tuple[str, str, PurePosixPath]]:
        for line in self._git("ls-tree", "-r", "-z", "--full-tree", tree).decode(errors="surrogateescape").split("\0"):
            if line:
                facts, _, path = line.partition("\t")
                mode, _, blob = facts.split(" ")
                if mode in {_SUBMODULE, _SYMLINK}:
                    kind = "a submodule" if mode == _SUBMODULE else "a symbolic link"
                    raise OperationFailed(f"{path} is {kind}: a release holds plain files alone.")
                yield mode, blob, PurePosixPath(path)

    def _blobs(self, ids: Sequence[str]) -> Iterator[bytes]:
        answer = memoryview(self._git("cat-file", "--batch", given="".join(f"{id}\n" for id in ids).encode()))
        start = 0
        for _ in ids:
            end = start + bytes(answer[start : start + 128]).index(b"\n")
            size = int(bytes(answer[start:end]).split(b" ")[2])
            yield bytes(answer[end + 1 : end + 1 + size])
            start = end + 2 + size

    def _git(self, *arguments: str, given: bytes = b"", codes: Sequence[int] = ()) -> bytes:
        environment: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")}, **_VARIABLES
        }  # fmt: skip
        command = ["git", "-C", str(self.root), "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]
        try:
            done = subprocess.run(command, input=given, capture_output=True, env=environment, check=False)
        except FileNotFoundError as error:
            raise UsageError("There is no git on PATH.", hint="Releases are made from a git repository.") from error
        if done.returncode not in (0, *codes):
            said = done.stderr.decode(errors="replace").strip() or f"it ended with {done.returncode}"
            raise OperationFailed(f"`git {arguments[0]}` failed: {said}")
        return done.stdout


def is_id(text: str) -> bool:
    """Whether a text is a full object id, of SHA-1 or SHA-256."""
    return bool(_ID.fullmatch(text))


def _grouped(parts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(parts) - size + 1, size):
        yield parts[start : start + size]


def _commit(fields: Sequence[str]) -> Commit:
    id, tree, parents, author, author_mail, committer, committer_mail, date, message = fields
    return Commit(
        id, tree, tuple(parents.split()), Person(author, author_mail), Person(committer, committer_mail),
        tuple(Person(name, mail) for name, mail in _CO_AUTHOR.findall(message)), date, message.partition("\n")[0],
    )  # fmt: skip
