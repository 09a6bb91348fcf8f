"""A deployed target as it is: its emulators, its stack, and what its clients need to know."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import state, toolchain
from engine.operation import Holder, holder
from engine.program import Outputs, ProgramSource, WarmHost
from engine.stack import Stack
from engine.workspace import Workspace
from infra.errors import OperationFailed, UsageError
from infra.paths import project_root
from infra.progress import Report
from infra.specification import SHARED, load, load_shared
from local import sandbox as clouds
from operations.account import generation
from operations.clients import aws
from operations.target import Target

if TYPE_CHECKING:
    from infra.environment import Environment, Shared
    from operations.smoke import Outcome

# How variables begin that may lead to a real cloud, and those that cannot: no child of `distro exec` sees the others.
_REAL = ("AWS_", "CLOUDSDK_", "FIREBASE_", "GCLOUD_", "GOOGLE_", "STORAGE_EMULATOR_HOST")
_HARMLESS = ("AWS_DEFAULT_OUTPUT", "AWS_PAGER")
WRAPPERS = project_root() / "local" / "clients"
"""Stands first on PATH: programs in front of clients that the variables alone do not lead to the sandbox."""
_FROM_OUTPUTS = {
    "DATABASE_URL": "database_url", "API_URL": "api_url",
    "GCLOUD_PROJECT": "firebase_project", "GOOGLE_CLOUD_PROJECT": "firebase_project",
}  # fmt: skip
_REHEARSED = {"distro:cloud": "emulated"}
"""Tells the program, which knows nothing but its stack's configuration, that its clouds are emulated ones."""


def environment(target: Target) -> Environment:
    """The environment's typed specification; in rehearsal its clouds are emulated ones.

    Raises UsageError for `shared`, which is no environment.
    """
    found = load(target.environment)
    return found.emulated() if target.rehearsal else found


def specification(target: Target) -> Environment | Shared:
    """What is deployed there: an environment, or `shared`."""
    return load_shared() if target.environment == SHARED else environment(target)


def running(target: Target) -> clouds.Sandbox:
    """Its emulators, which must be up. Raises UsageError (exit 2) that says how to bring them up."""
    found = clouds.load(target.emulators)
    if found is None:
        raise UsageError(f"{target} is not up.", hint=f"Run: {target.command('up')}")
    return found


def held_by(target: Target) -> Holder | None:
    """Who is changing it now."""
    return holder(target.home)


def resources(target: Target) -> int:
    """How many resources its state holds."""
    return len(state.resources(workspace(target).state_file))


def is_up(target: Target) -> bool:
    """Whether its emulators run and it is deployed on them."""
    return current(target) and resources(target) > 0


def current(target: Target) -> bool:
    """Whether its state describes the emulators that run now."""
    found = clouds.load(target.emulators)
    return found is not None and found.generation == generation(target)


def outputs(target: Target) -> Outputs:
    """The outputs of its stack."""
    running(target)
    if not resources(target):
        raise UsageError(f"Nothing is deployed in {target}.", hint=f"Run: {target.command('up')}")
    of = _of(target)
    if of not in _known:
        _known[of] = _stack(workspace(target)).outputs()
    return _known[of]


def learn(target: Target, given: Outputs) -> None:
    """Take the outputs of the run that made its state what it is: decrypting them takes the engine half a second."""
    _known[_of(target)] = given


def _of(target: Target) -> tuple[Target, str | None]:
    return target, state.digest(workspace(target).state_file)


_known: dict[tuple[Target, str | None], Outputs] = {}


def variables(target: Target) -> dict[str, str]:
    """The variables with which ordinary clients reach it."""
    return running(target).environment() | from_outputs(outputs(target).clear)


def from_outputs(values: Mapping[str, Any]) -> dict[str, str]:
    """The variables that a stack's outputs say."""
    return {key: str(values[name]) for key, name in _FROM_OUTPUTS.items() if name in values}


def without_clouds(caller: Mapping[str, str]) -> dict[str, str]:
    """The caller's variables but those that may lead to a real cloud."""
    return {name: value for name, value in caller.items() if name in _HARMLESS or not name.startswith(_REAL)}


def client_environment(target: Target, caller: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command on it: the caller's, with its variables in place of those of real clouds.

    The clients that come with a sandbox, psql among them, stand last on PATH: the caller's own go first.
    """
    kept = without_clouds(caller)
    clients = (kept.get("PATH", os.defpath), running(target).plan.tools["postgres"], str(Path(sys.executable).parent))
    return {**kept, **variables(target), "PATH": os.pathsep.join(clients)}


def smoke(target: Target, report: Report, only: Sequence[str] = (), *, of: Environment | None = None) -> list[Outcome]:
    """Check it through its real interfaces, by the specification that was deployed: `of`, else the working tree's.

    Raises UsageError for a check that is not there.
    """
    from operations.smoke import Context, run

    found = running(target)
    clients: Callable[[str], Any] = functools.cache(lambda service: aws(found, service))
    context = Context(of or environment(target), outputs(target).clear, variables(target), clients)
    return run(context, report, only)


def workspace(target: Target) -> Workspace:
    """Where the engine runs for it. The state goes without checkpoints: the provider's journal mends it."""
    secret = target.backend / "passphrase"
    return Workspace(
        target.home / "workspace", target.environment, secret.read_text() if secret.exists() else "",
        checkpoints=False, backend=target.backend, config=_REHEARSED if target.rehearsal else {},
    )  # fmt: skip


def attached(found: Workspace, sandbox: clouds.Sandbox) -> Workspace:
    """The workspace with the engine pointed at the sandbox's provider."""
    endpoint = sandbox.components["provider"].endpoint
    if endpoint is None:
        raise OperationFailed("The provider of the sandbox is not running.", hint="Run: distro status local")
    port = endpoint.rsplit(":", 1)[-1]
    settings = {"PULUMI_DEBUG_PROVIDERS": f"aws:{port},gcp:{port},distro:{port}"}
    return replace(found, settings=settings)


def program(sandbox: clouds.Sandbox) -> ProgramSource:
    """The working tree's program, run by the sandbox's warm host."""
    port = int(sandbox.endpoint("program").rsplit(":", 1)[-1])
    return ProgramSource(
        project_root(), warm=WarmHost(port, sandbox.plan.secrets["program"], sandbox.components["program"].log)
    )


def working_tree() -> ProgramSource:
    """The working tree's program, run by a host of its own."""
    return ProgramSource(project_root())


def _stack(found: Workspace) -> Stack:
    engine = toolchain.find()
    if engine is None:
        raise UsageError("The Pulumi engine is not installed yet.", hint="Run: distro up local")
    return Stack(found, working_tree(), engine)
