"""Which emulated target a command means that works without one as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.application import ENVIRONMENTS, Application
from infra.errors import UsageError

if TYPE_CHECKING:
    from operations.target import Target


def emulated_target(application: Application, environment: str, sandbox: str) -> Target | None:
    """The sandbox or rehearsed stack that ENV names; None for an environment on genuine clouds.

    Raises UsageError (exit 2) for what is no environment.
    """
    if application.rehearse or environment == "local":
        return application.target(environment, sandbox)
    if environment not in (*ENVIRONMENTS, "shared"):
        raise UsageError(f"{environment!r} is no environment.", hint=f"Environments: {', '.join(ENVIRONMENTS)}.")
    return None
