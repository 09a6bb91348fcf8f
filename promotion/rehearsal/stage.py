"""The folder of a rehearsal: a clone with a remote of its own, and its organisation's file."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from promotion import checkout
from promotion.checkout import LOCK
from promotion.rehearsal.cast import AUTHOR, REQUESTER, mail, organisation
from promotion.rehearsal.shell import Typed, ran, typed
from promotion.repository import Repository

_BRANCHES = ("main", "staging")
_PROTECTED = ("receive.denyNonFastForwards", "receive.denyDeletes")
_ENVIRONMENT = ".venv"


@dataclass(frozen=True)
class Stage:
    """The folder that holds all of it."""

    folder: Path

    @property
    def clone(self) -> Path:
        """Where commands are typed."""
        return self.folder / "clone"

    def type(self, *words: str) -> Typed:
        """Run `./distro` of the clone to its end; whatever interrupts this stops it first."""
        return typed(("./distro", *words), self.clone)

    def publish(self, message: str) -> None:
        """Commit everything as its author, and bring it to the protected branches. Raises OperationFailed."""
        author = ("-c", f"user.name={AUTHOR}", "-c", f"user.email={mail(AUTHOR)}")
        self._git("add", "--all")
        self._git(*author, "commit", "--quiet", "--message", message)
        self._git("push", "--quiet", "origin", *(f"HEAD:refs/heads/{branch}" for branch in _BRANCHES))

    def raise_up(self, source: Path) -> None:
        """Make it from the commit that is checked out at `source`. Raises OperationFailed, UsageError."""
        repository = Repository(source)
        files = repository.files(repository.head().tree)
        checkout.write(self.clone, {str(each.path): each for each in files})
        self._share_environment()
        self._repositories()
        people = organisation(self.folder / "keys")
        # JSON is YAML, and nothing here has to be quoted by hand.
        (self.folder / "people.yaml").write_text(json.dumps(people, indent=2), encoding="utf-8")

    def _share_environment(self) -> None:
        """The running one, where it was made from the clone's lock; else the launcher makes the clone's own."""
        made_from = Path(sys.prefix) / LOCK
        if made_from.exists() and made_from.read_bytes() == (self.clone / LOCK).read_bytes():
            (self.clone / _ENVIRONMENT).symlink_to(sys.prefix)

    def _repositories(self) -> None:
        remote = self.folder / "remote.git"
        self._git("init", "--quiet", "--bare", str(remote))
        for setting in _PROTECTED:
            self._git("--git-dir", str(remote), "config", setting, "true")
        self._git("init", "--quiet", "--initial-branch=main")
        self._git("config", "user.name", REQUESTER)
        self._git("config", "user.email", mail(REQUESTER))
        self._git("remote", "add", "origin", str(remote))
        # A link to an environment is no folder, which is what .gitignore leaves out.
        (self.clone / ".git/info/exclude").write_text(f"/{_ENVIRONMENT}\n", encoding="utf-8")
        self.publish("Begin")

    def _git(self, *words: str) -> None:
        ran(("git", *words), self.clone)
