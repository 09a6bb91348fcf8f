"""`distro outputs`."""

from __future__ import annotations

import click

from cli.application import Application
from cli.command import declare, environment_argument, sandbox_option


@declare("outputs", examples=["distro outputs local", "distro outputs local --json | jq -r .api_url"])
@environment_argument
@sandbox_option
@click.pass_obj
def command(application: Application, environment: str, sandbox: str) -> None:
    """Print the stack's outputs; secret ones are masked."""
    from cli.targets import emulated_target

    target = emulated_target(application, environment, sandbox)
    if target is None:
        from infra.progress import silent
        from operations import genuine

        with genuine.looking(environment, silent) as stack:
            outputs = stack.outputs().shown()
    else:
        from operations import sandbox as operations

        outputs = operations.outputs(target).shown()
    application.show(outputs, lambda: click.echo("\n".join(f"{name}: {value}" for name, value in outputs.items())))
