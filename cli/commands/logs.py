"""`distro logs`."""

from __future__ import annotations

import click

from cli.application import Application
from cli.command import declare, environment_argument, sandbox_option


@declare("logs", examples=["distro logs local", "distro logs local health -f", "distro logs local localstack -n 100"])
@environment_argument
@click.argument("component", required=False)
@sandbox_option
@click.option("-f", "--follow", is_flag=True, help="Go on until interrupted.")
@click.option(
    "-n", "--lines", type=click.IntRange(min=0), default=50, show_default=True, help="How many to begin with."
)
@click.pass_obj
def command(
    application: Application,
    environment: str,
    component: str | None,
    sandbox: str,
    follow: bool,
    lines: int,
) -> None:
    """Print the logs of emulators, the engine and Lambda functions.

    COMPONENT is an emulator as `distro status` names it, `engine`, `program`, or a Lambda function. Without it, the
    end of each one's log.
    """
    from operations.logs import read

    target = application.target(environment, sandbox)
    several = component is None
    for line in read(target, component, lines=lines, follow=follow):
        click.echo(f"{line.source:<14} {line.text}" if several else line.text)
