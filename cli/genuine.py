"""`distro up` of an environment on genuine clouds: asking, deploying, telling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.application import Application

if TYPE_CHECKING:
    from operations.genuine import Deployed


def up_genuine(application: Application, environment: str, *, wait: float, yes: bool) -> None:
    """Deploy the working tree, after a question. Raises UsageError with all that is missing."""
    from cli.progress import progress
    from operations import genuine
    from operations.genuine.deployer import GenuineDeployer
    from promotion.operating import unreleased
    from promotion.schema import target_of

    application.confirm(f"Deploy the working tree to {environment}, on genuine clouds?", yes=yes)
    with progress(application, f"distro up {environment}") as report:
        site = genuine.locate(environment, report)
        deployer, location = GenuineDeployer(report, site), application.location()
        # Section 1.2: releases alone move on; what was deployed by hand is none.
        recording = unreleased(
            location, target_of(environment), f"up {environment}", lambda: deployer.state().digest, wait=wait
        )
        deployed = genuine.up(site, report, wait=wait, recording=recording)
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
