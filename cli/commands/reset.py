"""`distro reset`."""

from __future__ import annotations

import click

from cli.application import Application
from cli.command import declare, environment_argument, sandbox_option


@declare("reset", examples=["distro reset local", "distro reset local --sandbox feature-upload --yes"])
@environment_argument
@sandbox_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(application: Application, environment: str, sandbox: str, yes: bool) -> None:
    """Go back to a fresh deployment: all data of the sandbox is deleted."""
    from cli.progress import progress
    from operations import up as operations

    target = application.target(environment, sandbox)
    application.confirm(f"Delete all data of {target} and deploy it afresh?", yes=yes)
    with progress(application, f"distro reset {target}") as report:
        deployed = operations.reset(target, report)
    document = {
        "environment": environment, "sandbox": sandbox, "result": "succeeded",
        "resources": deployed.resources, "seconds": deployed.seconds["all"],
    }  # fmt: skip
    application.show(document, lambda: click.echo(f"Fresh after {deployed.seconds['all']:.1f} s."))
