"""One stack on genuine clouds, as this machine reaches it: its engine, its bucket, its folder here."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.genuine import GenuineStack, GenuineWorkspace
from engine.operation import operation
from engine.program import ProgramSource
from engine.workspace import PROJECT
from infra.backend import Backend
from infra.environment import Environment
from infra.errors import UsageError
from infra.paths import cache_home, project_root, state_home
from operations.genuine.requirements import OAUTH, specification
from operations.google_settings.google import Google, default_token
from operations.google_settings.server import serving

Attach = Callable[[], AbstractContextManager[Mapping[str, str]]]
"""Providers that the deploying process serves itself: gives the engine's settings for them while its block runs."""


class NotDeployed(UsageError):
    """The bucket has no state of the stack."""


def home() -> Path:
    """The engine's home for genuine stacks: where the vendors' plugins are."""
    return cache_home() / "genuine"


def google_settings() -> AbstractContextManager[Mapping[str, str]]:
    """The provider of the package `distro`, with the caller's credentials of Google."""
    return serving(Google(default_token()))


@dataclass(frozen=True)
class Site:
    """A stack by its name, the engine's binary, where its state is, and what this machine keeps of stacks."""

    stack: str
    pulumi: Path
    place: Backend
    records: Path = field(default_factory=lambda: state_home() / "genuine")
    attach: Attach = field(default=google_settings, repr=False)

    @property
    def folder(self) -> Path:
        """Of this one: the lock and the record of operations, and the engine's workspace."""
        return self.records / self.stack

    @contextmanager
    def looking(self) -> Iterator[GenuineStack]:
        """The stack for those who change nothing, in a workspace of its own.

        Raises NotDeployed where it has no state, OperationFailed.
        """
        with tempfile.TemporaryDirectory(prefix="distro-look-") as folder, self.attach() as attached:
            found = self._stack(Path(folder), attached)
            found.workspace.create()
            if not found.pull():
                raise NotDeployed(f"{self.stack} is not deployed: {self.place.bucket} has no state of it.")
            self._give(found)
            yield found

    @contextmanager
    def operation(self, command: str, *, wait: float = 0) -> Iterator[GenuineStack]:
        """Hold the stack on the engine's record; it is made where there is none. Raises EnvironmentBusy."""
        workspace = self._workspace(self.folder / "workspace")
        with operation(self.folder, command, workspace.state_file, wait=wait), self.attach() as attached:
            found = self._stack(workspace.directory, attached)
            found.init()
            self._give(found)
            yield found

    def _stack(self, directory: Path, attached: Mapping[str, str]) -> GenuineStack:
        workspace = replace(self._workspace(directory), settings=attached)
        return GenuineStack(workspace, ProgramSource(project_root()), self.pulumi)

    def _workspace(self, directory: Path) -> GenuineWorkspace:
        return GenuineWorkspace(
            directory, self.stack, "", url=self.place.url, secrets_provider=self.place.secrets(self.stack),
            plugins=home(),
        )  # fmt: skip

    def _give(self, stack: GenuineStack) -> None:
        """The stack's inputs that stand in no file of the project."""
        found = specification(self.stack)
        if isinstance(found, Environment) and "google" in found.firebase.authentication.providers:
            for key, variable in OAUTH.items():
                stack.keep(f"{PROJECT}:{key}", os.environ[variable])
