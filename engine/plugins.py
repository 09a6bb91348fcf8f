"""The vendors' provider plugins, for stacks on genuine clouds alone: found, or installed by the engine itself."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from engine import runner
from infra.errors import UsageError

SDKS: Mapping[str, str] = {"aws": "pulumi-aws", "gcp": "pulumi-gcp"}
"""Package of the engine to its SDK: a plugin has the version of the SDK that the program uses."""


@dataclass(frozen=True)
class Plugin:
    """A plugin in a version. `home` is the engine's home that it lies in."""

    name: str
    version: str
    home: Path

    @property
    def folder(self) -> Path:
        """Where the engine looks for it."""
        return self.home / "plugins" / f"resource-{self.name}-v{self.version}"

    @property
    def there(self) -> bool:
        """Whether the engine will find it: installed, or a program on PATH, which goes first."""
        return shutil.which(f"pulumi-resource-{self.name}") is not None or self.folder.is_dir()

    def install(self, pulumi: Path, environment: Mapping[str, str]) -> None:
        """Have the engine download it. Raises UsageError that says how to do without."""
        argv = [str(pulumi), "plugin", "install", "resource", self.name, self.version, "--non-interactive"]
        finished = runner.run(argv, directory=self.home, environment=environment)
        if finished.code or not self.there:
            said = (finished.errors.strip().splitlines() or ["no reason given"])[-1]
            raise UsageError(
                f"The plugin pulumi-resource-{self.name} {self.version} is not here and cannot be downloaded: {said}",
                hint=f"Put it on PATH, or: PULUMI_HOME={self.home} pulumi plugin install resource {self.name} "
                f"{self.version} --file ARCHIVE",
            )


def plugins(home: Path) -> list[Plugin]:
    """Those that the program's SDKs ask for."""
    return [Plugin(name, metadata.version(sdk), home) for name, sdk in SDKS.items()]
