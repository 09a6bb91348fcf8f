"""Real emulators for the provider's tests: a sandbox without a deployment, shared by the session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local import sandbox
from local.provider.cloud import Cloud
from local.provider.sandbox import RecordedSandbox
from local.sandbox import Sandbox, SandboxRequest
from tests.local.provider.world import World


@pytest.fixture(scope="session")
def emulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The emulators of a sandbox, started once."""
    patch = pytest.MonkeyPatch()
    home = tmp_path_factory.mktemp("provider") / ".distro"
    patch.setattr(sandbox, "state_home", lambda: home)
    try:
        yield sandbox.start(SandboxRequest(name="provider"), lambda _: None)
    finally:
        sandbox.stop("provider")
        patch.undo()


@pytest.fixture(scope="session")
def cloud(emulators: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Cloud:
    """The way to the emulators, with a journal of its own."""
    found = RecordedSandbox(emulators.root)
    return Cloud(Relocated(found, tmp_path_factory.mktemp("journal")))


class Relocated:
    """A sandbox's endpoints with another folder: the sandbox's own provider keeps its journal there."""

    def __init__(self, recorded: RecordedSandbox, root: Path) -> None:
        self.recorded = recorded
        self.root = root
        self.generation, self.account, self.region = recorded.generation, recorded.account, recorded.region

    def endpoint(self, service: str) -> str:
        """As the sandbox says."""
        return self.recorded.endpoint(service)

    def secret(self, component: str) -> str:
        """As the sandbox says."""
        return self.recorded.secret(component)


@pytest.fixture(scope="session")
def world(cloud: Cloud) -> Iterator[World]:
    """Everything that the samples make."""
    made = World(cloud)
    yield made
    made.lifecycle.close()
