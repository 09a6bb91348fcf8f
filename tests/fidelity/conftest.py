"""The environments as this folder's tests read them: the sandbox of the run, and its rehearsal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager

import pytest

from infra.paths import state_home
from local.sandbox import SandboxRequest, start
from tests.driver import Rehearsal, Sandbox, distro
from tests.fidelity.world import Cloud, Inputs, World

Worlds = Callable[[str], World]


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest) -> Iterator[Worlds]:
    """An environment by name; the sandbox, or the rehearsal, comes up when its turn is."""
    found: dict[str, World] = {}
    with ExitStack() as open_worlds:

        def deployed(env: str) -> AbstractContextManager[World]:
            if env == "local":
                sandbox: Sandbox = request.getfixturevalue("sandbox")
                return of_sandbox(sandbox.name, sandbox.variables())
            rehearsal: Rehearsal = request.getfixturevalue("rehearsal")
            return of_rehearsal(rehearsal, env)

        def get(env: str) -> World:
            if env not in found:
                found[env] = open_worlds.enter_context(deployed(env))
            return found[env]

        yield get


@contextmanager
def of_rehearsal(rehearsal: Rehearsal, env: str) -> Iterator[World]:
    """An environment of a rehearsal, as it is now."""
    shared = Inputs.deployed(rehearsal.state("shared"))
    with closing(Cloud(rehearsal.variables(env))) as cloud:
        yield World(env, Inputs.deployed(rehearsal.state(env)), shared, cloud)


@contextmanager
def of_sandbox(name: str, variables: Mapping[str, str]) -> Iterator[World]:
    """The local environment in a sandbox, as it is now."""
    (state,) = (state_home() / "stacks" / f"local-{name}").rglob("stacks/distro/local.json")
    with closing(Cloud(variables)) as cloud:
        yield World("local", Inputs.deployed(state), cloud=cloud)


@pytest.fixture(scope="session")
def emptied() -> Iterator[tuple[str, World]]:
    """A sandbox of its own whose emulators run and hold nothing yet."""
    name = f"{os.environ['DISTRO_TEST_SANDBOX']}-broken"
    try:
        running = start(SandboxRequest(name))
        with closing(Cloud(running.environment())) as cloud:
            yield name, World("local", Inputs(()), cloud=cloud)
    finally:
        finished = distro("down", "local", "--sandbox", name, "--yes")
        assert finished.code == 0, finished.errors


@pytest.fixture(scope="session")
def empty(emptied: tuple[str, World]) -> World:
    """An emulated account in which nothing is deployed."""
    return emptied[1]


@pytest.fixture(scope="session")
def broken(emptied: tuple[str, World]) -> Callable[[], AbstractContextManager[World]]:
    """The same sandbox deployed, for tests that break it: each call looks at it anew."""
    name, _ = emptied
    finished = distro("up", "local", "--sandbox", name, "--json")
    assert finished.code == 0, finished.errors
    variables = Sandbox(name, finished.document).variables()
    return lambda: of_sandbox(name, variables)
