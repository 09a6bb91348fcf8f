"""What the project told LocalStack about functions: variables of `local.emulators.lambda_runtime.environment`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Settings:
    """Where things are."""

    emulator: Path
    """The binary aws-lambda-rie."""
    folder: Path
    """For the private folders of execution environments."""
    variables: Mapping[str, str]
    """For every function: the endpoints of the sandbox."""
    ports: tuple[int, ...]
    """The sandbox's; a function can connect to no other."""

    @classmethod
    def load(cls) -> Self:
        """From this process's variables; raises KeyError where they are not set."""
        return cls(
            emulator=Path(os.environ["DISTRO_LAMBDA_EMULATOR"]),
            folder=Path(os.environ["DISTRO_LAMBDA_FOLDER"]),
            variables=json.loads(os.environ.get("DISTRO_LAMBDA_VARIABLES", "{}")),
            ports=tuple(json.loads(os.environ["DISTRO_LAMBDA_PORTS"])),
        )
