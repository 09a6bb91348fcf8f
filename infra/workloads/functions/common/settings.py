"""Which environment a function runs in, and its runtime variables `[PREFIX]_[SERVICE]_[SETTING]` (section 5.1)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field


class MissingSetting(LookupError):
    """A runtime variable that the function cannot work without is not set."""


@dataclass(frozen=True)
class Settings:
    """Where a function runs. The sandbox has `environment` local, but development's prefix and paths (C-03)."""

    environment: str
    prefix: str
    release: str
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def namespace(self) -> str:
        """First part of names of secrets and parameters: `dev`, `staging` or `prod`."""
        return self.prefix.lower()

    def variable(self, service: str, setting: str) -> str:
        """Name of the runtime variable of a setting: `DEV_UPLOAD_MAX_BYTES`."""
        return f"{self.prefix}_{service}_{setting}".upper().replace("-", "_")

    def required(self, service: str, setting: str) -> str:
        """The runtime variable's value; raises MissingSetting where it is not set or empty."""
        name = self.variable(service, setting)
        if value := self.variables.get(name):
            return value
        raise MissingSetting(f"{name} is not set")


def load(variables: Mapping[str, str] | None = None) -> Settings:
    """Settings of this execution environment; raises MissingSetting without DISTRO_ENVIRONMENT and _PREFIX."""
    found = os.environ if variables is None else variables
    try:
        environment, prefix = found["DISTRO_ENVIRONMENT"], found["DISTRO_PREFIX"]
    except KeyError as missing:
        raise MissingSetting(f"{missing.args[0]} is not set") from missing
    return Settings(environment, prefix, found.get("DISTRO_RELEASE", "unreleased"), dict(found))
