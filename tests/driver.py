"""Drives `./distro` as a user does."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.paths import project_root, state_home


@dataclass(frozen=True)
class Finished:
    """How a command line ended."""

    code: int
    output: str
    errors: str

    @property
    def document(self) -> Any:
        """The JSON document on standard output."""
        return json.loads(self.output)


def distro(*arguments: str, environment: Mapping[str, str] | None = None, timeout: float = 240) -> Finished:
    """Run `./distro` as a user does: the launcher, no terminal."""
    finished = subprocess.run(
        [str(project_root() / "distro"), *arguments], cwd=project_root(), stdin=subprocess.DEVNULL, check=False,
        capture_output=True, text=True, timeout=timeout, env={**os.environ, **(environment or {})},
    )  # fmt: skip
    return Finished(finished.returncode, finished.stdout, finished.stderr)


@dataclass(frozen=True)
class Sandbox:
    """A deployed sandbox: its name and what `up` answered."""

    name: str
    document: Any

    def run(
        self, command: str, *arguments: str, variables: Mapping[str, str] | None = None, timeout: float = 240
    ) -> Finished:
        """Run a command of distro on it: `sandbox.run("smoke", "local", "--json")`."""
        words = (command, *arguments[:1], "--sandbox", self.name, *arguments[1:])
        return distro(*words, environment=variables, timeout=timeout)

    def variables(self) -> dict[str, str]:
        """What `distro env` prints."""
        found: dict[str, str] = self.run("env", "local", "--format", "json").document
        return found


@dataclass(frozen=True)
class Rehearsal:
    """A rehearsal: its name, and what each `up` answered."""

    name: str
    documents: Mapping[str, Any]

    def run(self, command: str, *arguments: str, timeout: float = 600) -> Finished:
        """Run a command of distro on it: `rehearsal.run("smoke", "dev", "--json")`."""
        return distro("--rehearse", command, *arguments[:1], "--sandbox", self.name, *arguments[1:], timeout=timeout)

    def variables(self, environment: str) -> dict[str, str]:
        """What `distro env` prints for one of its environments."""
        found: dict[str, str] = self.run("env", environment, "--format", "json").document
        return found

    def state(self, stack: str) -> Path:
        """The state file of one of its stacks."""
        return state_home() / "rehearsal" / self.name / "state" / ".pulumi" / "stacks" / "distro" / f"{stack}.json"
