"""Sandboxes: named sets of running emulators. Started, looked at, stopped; everything else reads them from here.

Importing this costs nothing, and `load` of a running sandbox takes a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from infra import processes
from infra.errors import OperationFailed, UsageError
from infra.paths import state_home
from infra.progress import Progress, Report, silent
from local import lock, record, vitals
from local.firewall import account_environment
from local.plan import Plan
from local.profiles import endpoint_variable, profile
from local.record import Entry, Record, State

__all__ = ["Component", "Progress", "Sandbox", "SandboxRequest", "at", "load", "names", "start", "stop"]

_HOSTS = {
    "firebase-auth": ("FIREBASE_AUTH_EMULATOR_HOST",),
    "firebase-database": ("FIREBASE_DATABASE_EMULATOR_HOST",),
    "firebase-storage": ("FIREBASE_STORAGE_EMULATOR_HOST",),
}
"""Component to the variables of the Firebase SDKs that hold its `host:port`."""


@dataclass(frozen=True)
class SandboxRequest:
    """What `start` shall bring up. `ports`: wanted ports of components; every other one gets a free one."""

    name: str = "default"
    profile: str = "localstack"
    runtime: str = "auto"
    account: str = "000000000000"
    region: str = "us-east-1"
    project: str = "demo-distronation-local"
    ports: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Component:
    """One emulator, as it is now."""

    name: str
    state: State
    endpoint: str | None
    pid: int | None
    since: str
    """ISO 8601, UTC."""
    log: Path
    ended: str = ""
    """How a dead one ended: "SIGKILL", "exit code 1", …"""

    @property
    def last_lines(self) -> str:
        """The end of its log."""
        return vitals.tail(self.log)


@dataclass(frozen=True)
class Sandbox:
    """A sandbox whose supervisor runs."""

    name: str
    generation: str
    profile: str
    runtime: str
    root: Path
    account: str
    region: str
    components: Mapping[str, Component]
    plan: Plan = field(repr=False)

    def endpoint(self, service: str) -> str:
        """The URL of a component, of a boto3 service name, or of an AWS endpoint prefix; OperationFailed for others."""
        known = service if service in self.components else profile(self.profile).component(service)
        endpoint = self.components[known].endpoint if known in self.components else None
        if endpoint is None:
            raise OperationFailed(f"{known}, which serves {service}, is no part of the sandbox {self.name!r}")
        return endpoint

    def environment(self) -> dict[str, str]:
        """Variables with which ordinary SDKs reach the emulators, and nothing else."""
        table = profile(self.profile)
        served = {name: component for name, component in table.services.items() if component in self.components}
        project = self.plan.project
        return {
            "AWS_ENDPOINT_URL": self.endpoint(table.main),
            **{endpoint_variable(name): self.endpoint(component) for name, component in sorted(served.items())},
            **account_environment(self.account, self.region, self.plan.home),
            **{variable: self._address(name) for name in self.components for variable in _HOSTS.get(name, ())},
            **({"STORAGE_EMULATOR_HOST": self.endpoint(_STORAGE)} if _STORAGE in self.components else {}),
            "GCLOUD_PROJECT": project,
            "GOOGLE_CLOUD_PROJECT": project,
        }

    def _address(self, component: str) -> str:
        return urlsplit(self.endpoint(component)).netloc


_STORAGE = "firebase-storage"


def names() -> list[str]:
    """Sandboxes that run, or left something behind."""
    folder = _folder()
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []


def load(name: str) -> Sandbox | None:
    """The sandbox of that name with the states of its processes now; None where no supervisor runs."""
    if not lock.is_held(lock_file(name)):
        return None
    found = record.read(home(name))
    return _sandbox(found) if found is not None else None


def at(root: Path) -> Sandbox:
    """The sandbox that lies in a folder, for its own components; raises OperationFailed where none does."""
    found = record.read(root)
    if found is None:
        raise OperationFailed(f"There is no sandbox in {root}")
    return _sandbox(found)


def start(request: SandboxRequest, on_progress: Report = silent) -> Sandbox:
    """Have everything of a sandbox running; see `local.starting`."""
    from local import starting

    starting.start(request, on_progress)
    sandbox = load(request.name)
    if sandbox is None:
        raise OperationFailed(f"The sandbox {request.name!r} ended right after its start")
    return sandbox


def stop(name: str) -> None:
    """Leave nothing of a sandbox: no process, port, container or file; see `local.stopping`."""
    from local import stopping

    stopping.stop(name)


def home(name: str) -> Path:
    """The folder of a sandbox; raises UsageError for a name that is no plain file name."""
    if not name or not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or name.startswith("."):
        raise UsageError(f"{name!r} is no name for a sandbox", hint="Use letters, digits, '-', '_' and '.'.")
    return _folder() / name


def lock_file(name: str) -> Path:
    """The lock that the sandbox's supervisor holds."""
    return home(name).with_name(f".{name}.lock")


def _folder() -> Path:
    return state_home() / "sandboxes"


def _sandbox(found: Record) -> Sandbox:
    plan = found.plan
    components = {entry.name: _component(entry, plan) for entry in found.components.values()}
    return Sandbox(
        plan.name, plan.generation, plan.profile, plan.runtime, plan.root, plan.account, plan.region, components, plan
    )  # fmt: skip


def _component(entry: Entry, plan: Plan) -> Component:
    """The record lags behind a process that died a moment ago, or whose supervisor hangs."""
    dead = entry.state == "running" and not processes.exists(entry.pid)
    state: State = "dead" if dead else entry.state
    ended = "gone" if dead else entry.ended
    return Component(entry.name, state, entry.endpoint, entry.pid, entry.since, plan.log(entry.name), ended)
