"""A target: one stack on emulated clouds, and where everything about it lies.

The sandbox holds the stack `local` alone. A rehearsal is one emulated account that holds `shared`, dev, staging and
prod side by side, as in life: they share its emulators and its state backend.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from infra.paths import state_home
from local import sandbox as clouds
from local.naming import REHEARSAL

LOCAL = "local"
DEFAULT = "default"
SHARED = "shared"
REHEARSED = (SHARED, "dev", "staging", "prod")
PROFILE = "localstack"
"""The AWS profile of a sandbox that was not asked for another."""
REHEARSAL_PROFILE = "ministack"
"""The same of a rehearsal."""


@dataclass(frozen=True)
class Target:
    """Which environment, in which sandbox or rehearsal."""

    environment: str = LOCAL
    sandbox: str = DEFAULT
    rehearsal: bool = False

    @property
    def emulators(self) -> str:
        """The name of the emulators that it runs on."""
        return f"{REHEARSAL}{self.sandbox}" if self.rehearsal else self.sandbox

    @property
    def profile(self) -> str:
        """The AWS profile that its emulators have where none is asked for."""
        return REHEARSAL_PROFILE if self.rehearsal else PROFILE

    @property
    def siblings(self) -> list[Target]:
        """Every stack of its account that there is, itself among them."""
        return [each for each in targets(rehearsal=self.rehearsal) if each.emulators == self.emulators]

    def beside(self, environment: str) -> Target:
        """Another stack of its account."""
        return replace(self, environment=environment)

    @property
    def account(self) -> Path:
        """What the stacks of one emulated account share. Raises UsageError for a name that is no file's name."""
        name = clouds.home(self.sandbox).name
        return state_home() / "rehearsal" / name if self.rehearsal else state_home() / "stacks" / f"{LOCAL}-{name}"

    @property
    def home(self) -> Path:
        """Where the records of its operations lie, and its workspace."""
        return self.account / self.environment if self.rehearsal else self.account

    @property
    def backend(self) -> Path:
        """Where the engine keeps its state."""
        return self.account / "state"

    def command(self, verb: str) -> str:
        """How a person runs a command on it, for hints: `distro --rehearse up dev`."""
        rehearse = " --rehearse" if self.rehearsal else ""
        named = "" if self.sandbox == DEFAULT else f" --sandbox {self.sandbox}"
        return f"distro{rehearse} {verb} {self.environment}{named}"

    def __str__(self) -> str:
        """For titles and errors."""
        return f"{self.environment} · {'rehearsal' if self.rehearsal else 'sandbox'} {self.sandbox}"


def targets(*, rehearsal: bool = False) -> list[Target]:
    """The sandboxes, or rehearsed stacks, of this checkout, those of which only records are left among them."""
    if rehearsal:
        folders = sorted((state_home() / "rehearsal").glob("*/*/"))
        return [Target(path.name, path.parent.name, rehearsal=True) for path in folders if path.name in REHEARSED]
    recorded = {path.name.removeprefix(f"{LOCAL}-") for path in (state_home() / "stacks").glob(f"{LOCAL}-*")}
    running = {name for name in clouds.names() if not name.startswith(REHEARSAL)}
    return [Target(LOCAL, name) for name in sorted(recorded | running)]
