"""`distro up` of an environment on genuine clouds: asking, deploying, telling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.application import Application
from infra.errors import UsageError
from operations.target import SHARED

BY_HAND = ("dev", SHARED)
"""What is deployed by hand; everything else is reached by promotions."""

if TYPE_CHECKING:
    from operations.genuine import Deployed


def up_genuine(application: Application, environment: str, *, wait: float, yes: bool) -> None:
    """Deploy the working tree, after a question. Raises UsageError with all that is missing.

    `shared` until a release runs there: its releases come from staging, which stands on it.
    """
    from cli.progress import progress
    from operations import genuine
    from operations.genuine.deployer import GenuineDeployer
    from promotion import deployments
    from promotion.operating import unreleased
    from promotion.schema import target_of

    location = application.location()
    if environment == SHARED and deployments.newest(location.ledger(), environment):
        raise UsageError(f"{environment} runs releases by now.", hint=f"Run: distro promote staging {environment}")
    application.confirm(f"Deploy the working tree to {environment}, on genuine clouds?", yes=yes)
    with progress(application, f"distro up {environment}") as report:
        site = genuine.locate(environment, report)
        deployer = GenuineDeployer(report, site)
        # Section 1.2: releases alone move on; what was deployed by hand is none.
        recording = unreleased(
            location, target_of(environment), f"up {environment}", lambda: deployer.state().digest, wait=wait
        )
        deployed = genuine.up(site, report, recording, wait=wait)
    application.show(_document(deployed), lambda: _text(application, deployed))


def _document(deployed: Deployed) -> dict[str, Any]:
    return {
        "environment": deployed.environment, "sandbox": None, "result": "succeeded",
        "changes": dict(deployed.changes), "resources": deployed.resources, "endpoints": {},
        "outputs": deployed.outputs.shown(), "seconds": deployed.seconds,
    }  # fmt: skip


def _text(application: Application, deployed: Deployed) -> None:
    from cli.reports import counted

    application.out.print(f"\n{deployed.environment}: {counted(deployed.changes)} in {deployed.seconds:.1f} s")
    for name, value in deployed.outputs.shown().items():
        application.out.print(f"  {name}: {value}", markup=False)
