"""`distro drift`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.application import Application
from cli.command import declare, environment_argument, sandbox_option

if TYPE_CHECKING:
    from operations.drift import Drifted

_DIFFERENT = 4


@declare("drift", examples=["distro drift local", "distro drift local --json | jq .drifted", "distro drift dev"])
@environment_argument
@sandbox_option
@click.pass_obj
def command(application: Application, environment: str, sandbox: str) -> None:
    """Compare what was deployed with what is there now; exit 4 if anything differs. Nothing is changed."""
    from cli.progress import progress
    from cli.targets import emulated_target
    from operations.drift import drift, genuine_drift

    target = emulated_target(application, environment, sandbox)
    with progress(application, f"distro drift {target or environment}") as report:
        found = drift(target, report) if target else genuine_drift(environment, report)
    document = {
        "environment": environment, "result": "drifted" if found else "none",
        "drifted": [vars(each) for each in found],
    }  # fmt: skip
    application.show(document, lambda: _text(application, found))
    if found:
        raise click.exceptions.Exit(_DIFFERENT)


def _text(application: Application, found: list[Drifted]) -> None:
    for each in found:
        place = f" {each.property}" if each.property else ""
        line = f"{each.type} {each.urn.rsplit('::', 1)[-1]}{place}: {each.expected} → {each.actual}"
        application.out.print(line, markup=False)
    application.out.print(f"{len(found)} differ." if found else "Everything is as it was deployed.")
