"""Where an engine runs: its folder, its state backend, and the environment that it and its program see."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = "distro"

# What a child of the engine may see of the caller's environment. Everything else, credentials above all, stays out.
ALLOWED = ("PATH", "LANG", "LC_ALL", "TZ", "TERM", "SYSTEMROOT", "SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True)
class Workspace:
    """A folder that the engine runs in, one stack a folder.

    `directory` holds the engine's project file, `pulumi/` (the engine's home), the event log and, unless `backend`
    names another folder that several stacks share, `state/`. `passphrase` encrypts the secrets of the state.
    `settings` are further variables for the engine: the addresses of attached providers, for instance. `config` is
    the stack's configuration.
    """

    directory: Path
    stack: str
    passphrase: str = field(repr=False)
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    checkpoints: bool = True
    backend: Path | None = None
    config: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def state(self) -> Path:
        """The folder of the file backend."""
        return self.backend or self.directory / "state"

    @property
    def state_file(self) -> Path:
        """The checkpoint of the stack, as the file backend names it."""
        return self.state / ".pulumi" / "stacks" / PROJECT / f"{self.stack}.json"

    def locks(self) -> list[Path]:
        """The backend's locks on this stack."""
        return list((self.state / ".pulumi" / "locks" / "organization" / PROJECT / self.stack).glob("*.json"))

    def create(self) -> None:
        """Make the folder and the project file; what exists stays."""
        for folder in (self.directory, self.state, self.directory / "pulumi"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.directory / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
        # The engine keeps a debug log of every value below its home, a quarter of its time, and has no switch for it.
        # A file where the folder would be ends that: nobody reads the log, and it holds secrets.
        (self.directory / "pulumi" / "logs").touch(mode=0o600)

    def environment(self) -> dict[str, str]:
        """The engine's whole environment: an allow-list of the caller's, a private home, and the settings."""
        kept = {name: os.environ[name] for name in ALLOWED if name in os.environ}
        return kept | {
            "HOME": str(self.directory),
            "PULUMI_HOME": str(self.directory / "pulumi"),
            "PULUMI_BACKEND_URL": f"file://{self.state}",
            "PULUMI_CONFIG_PASSPHRASE": self.passphrase,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # Without this every update of an existing stack tries to download the plugins named in its state.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            # `--client` and `--event-log`, the Automation API's own flags, are hidden behind this one.
            "PULUMI_DEBUG_COMMANDS": "true",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            "GOGC": "400",  # the engine is short-lived: memory for a tenth of its time
            **({} if self.checkpoints else _NO_CHECKPOINTS),
            **self.settings,
        }


# The engine otherwise writes the whole state after each step, which is quadratic. Only for emulated clouds: there
# what a killed run made is found again in the provider's journal.
_NO_CHECKPOINTS = {"PULUMI_SKIP_CHECKPOINTS": "true", "PULUMI_EXPERIMENTAL": "true"}
