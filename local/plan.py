"""What is fixed for the life of one generation of a sandbox: written once, read by everything that runs in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.ports import LOOPBACK


@dataclass(frozen=True)
class Plan:
    """A sandbox as it was asked for, with the ports and secrets that it was given."""

    name: str
    generation: str
    """Changes whenever the emulators start from nothing: none of them keeps its state."""
    profile: str
    runtime: str
    """"docker" or "host": how the main AWS emulator runs."""
    account: str
    region: str
    project: str
    """The Firebase project."""
    root: Path
    ports: Mapping[str, int]
    """Component to loopback port."""
    tools: Mapping[str, str] = field(default_factory=dict)
    """Where the programs lie that are no part of this package; see `local.toolchain`."""
    hidden: tuple[Path, ...] = ()
    """Folders that no emulator gets to see, where the kernel can hide them: the user's home."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Made for this generation: the superuser's password of PostgreSQL, the token of the control channel."""

    @property
    def home(self) -> Path:
        """The private HOME of every child."""
        return self.root / "home"

    @property
    def data(self) -> Path:
        """What emulators keep; gone with the generation."""
        return self.root / "data"

    @property
    def logs(self) -> Path:
        """One file a component."""
        return self.root / "logs"

    def log(self, component: str) -> Path:
        """The log of a component."""
        return self.logs / f"{component}.log"

    def url(self, component: str, scheme: str = "http") -> str:
        """Where a component listens."""
        return f"{scheme}://{LOOPBACK}:{self.ports[component]}"

    def as_json(self) -> dict[str, Any]:
        """For the record."""
        return {**vars(self), "root": str(self.root), "hidden": [str(place) for place in self.hidden]}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Plan:
        """From the record."""
        paths = {"root": Path(document["root"]), "hidden": tuple(Path(place) for place in document["hidden"])}
        return cls(**{**document, **paths})
