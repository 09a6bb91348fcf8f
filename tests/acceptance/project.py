"""A copy of this checkout in a folder of its own, for tests that change, break or fill what a user's checkout holds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.paths import project_root
from tests.driver import Finished

PATIENCE = 280.0
"""Seconds that a command line may take on a busy machine."""
SPECIFICATION = ("Pulumi.local.yaml", "Pulumi.dev.yaml")
ORIGINAL = ".original"
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", ".distro", ".*_cache", ".hypothesis", "node_modules", "tests")


@dataclass(frozen=True)
class Project:
    """The copy: it has the checkout's environment, and sandboxes, state and specification of its own.

    `prefix` is the command line that everything is started by: `("unshare", "-m", …)`.
    """

    root: Path
    prefix: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start `./distro` without a terminal, in a session of its own."""
        settings: dict[str, Any] = {
            "cwd": self.root, "env": {**os.environ, **self.variables}, "text": True, "start_new_session": True,
            "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
        }  # fmt: skip
        return subprocess.Popen([*self.prefix, str(self.root / "distro"), *arguments], **{**settings, **options})

    def run(self, *arguments: str, timeout: float = PATIENCE) -> Finished:
        """Run `./distro` to its end."""
        return finish(self.start(*arguments), timeout)

    def up(self, name: str = "default", *options: str) -> Any:
        """What a successful `up local` answers."""
        finished = self.run("up", "local", "--sandbox", name, *options, "--json")
        assert finished.code == 0, finished.errors
        return finished.document

    def down(self) -> None:
        """Take down every sandbox of this copy."""
        finished = self.run("down", "local", "--all", "--yes")
        assert finished.code == 0, finished.errors

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace the one occurrence of a text in a file."""
        path = self.root / file
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new))

    def restore(self, *files: str) -> None:
        """Give files back the content that they had when the copy was made; by default the specification."""
        for file in files or SPECIFICATION:
            (self.root / file).write_bytes((self.root / ORIGINAL / file).read_bytes())

    def record(self, name: str = "default") -> Any:
        """The record of a sandbox as it is on the disk, None where there is none."""
        return _json(self.root / ".distro" / "sandboxes" / name / "sandbox.json")

    def pid(self, component: str, name: str = "default") -> int:
        """The process of a component, from the record."""
        number: int = next(each["pid"] for each in self.record(name)["components"] if each["name"] == component)
        return number

    def events(self, name: str = "default") -> list[Any]:
        """The engine's events of the last or current run."""
        lines = _text(self.stack(name) / "workspace" / "events.jsonl").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def resources(self, name: str = "default") -> list[Any]:
        """What the sandbox's state holds."""
        state = _json(self.stack(name) / "state" / ".pulumi" / "stacks" / "distro" / "local.json")
        found: list[Any] = state["checkpoint"]["latest"]["resources"]
        return found

    def stack(self, name: str = "default") -> Path:
        """Where a sandbox's stack lies."""
        return self.root / ".distro" / "stacks" / f"local-{name}"

    def variables_of(self, name: str = "default") -> dict[str, str]:
        """What `distro env` prints."""
        finished = self.run("env", "local", "--sandbox", name, "--format", "json")
        assert finished.code == 0, finished.errors
        found: dict[str, str] = finished.document
        return found


def copy(root: Path) -> Project:
    """Copy the checkout as it is now, changes that are not committed included; its environment is shared."""
    shutil.copytree(project_root(), root, ignore=_LEFT_OUT)
    (root / ".venv").symlink_to(project_root() / ".venv")
    (root / ORIGINAL).mkdir()
    for file in SPECIFICATION:
        shutil.copy2(root / file, root / ORIGINAL / file)
    return Project(root)


def finish(process: subprocess.Popen[str], timeout: float = PATIENCE) -> Finished:
    """Wait for its end; one that takes too long is killed, which is a failure."""
    try:
        output, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return Finished(process.returncode, output, errors)


def changed(events: Iterable[Any]) -> dict[str, set[str]]:
    """Operation to the names of the resources that an update did it to."""
    found: dict[str, set[str]] = {}
    for event in events:
        if event["kind"] == "step" and event["phase"] == "done" and event["op"] not in {"same", "refresh", "read"}:
            found.setdefault(event["op"], set()).add(event["urn"].rpartition("::")[2])
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except FileNotFoundError:
        return ""


def _json(file: Path) -> Any:
    text = _text(file)
    return json.loads(text) if text else None
