"""The variables of a function (Lambda Developer Guide, "Defined runtime environment variables")."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from distro_lambda.function_process import INIT_SECONDS
from distro_lambda.place import Place
from distro_lambda.processes import MARKER
from distro_lambda.settings import Settings

# LocalStack's channel to the init program of its container image, which does not run here.
_FOREIGN = ("EDGE_PORT", "LOCALSTACK_HOSTNAME")
_FOREIGN_PREFIX = "LOCALSTACK_"
_INHERITED = (MARKER, "PATH")


def of_function(
    runtime: str,
    logging: Mapping[str, str],
    given: Mapping[str, object],
    settings: Settings,
    place: Place,
    packages: Path,
) -> dict[str, str]:
    """All variables: this machine's, the AWS emulator's with the function's own on top, and where its folders are."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {
        **inherited,
        "LANG": "en_US.UTF-8",
        "PYTHONPATH": str(packages),
        "PYTHONUTF8": "1",
        **settings.variables,
        **_own(given),
        **_logging(logging),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "LAMBDA_TASK_ROOT": str(place.task),
        "LAMBDA_RUNTIME_DIR": str(packages),
        "HOME": str(place.home),
        "TMPDIR": str(place.temporary),
        # For the emulator alone: the executor keeps the function's time.
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(int(str(given["AWS_LAMBDA_FUNCTION_TIMEOUT"])) + INIT_SECONDS),
    }


def _logging(configured: Mapping[str, str]) -> dict[str, str]:
    """What the runtime's logging follows (Lambda Developer Guide, "Configuring advanced logging controls")."""
    variables = {"AWS_LAMBDA_LOG_FORMAT": configured.get("LogFormat"), "AWS_LAMBDA_LOG_LEVEL": _level(configured)}
    return {name: value for name, value in variables.items() if value}


def _level(configured: Mapping[str, str]) -> str | None:
    return configured.get("ApplicationLogLevel") if configured.get("LogFormat") == "JSON" else None


def _own(given: Mapping[str, object]) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in given.items()
        if name not in _FOREIGN and not name.startswith(_FOREIGN_PREFIX)
    }
