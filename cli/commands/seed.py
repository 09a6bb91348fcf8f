"""`distro seed`."""

from __future__ import annotations

import click

from cli.application import Application
from cli.command import declare, environment_argument, sandbox_option


@declare("seed", examples=["distro seed local", "distro seed local --sandbox feature-upload"])
@environment_argument
@sandbox_option
@click.option("--yes", is_flag=True, help="Do not ask (seeding only adds).")
@click.pass_obj
def command(application: Application, environment: str, sandbox: str, yes: bool) -> None:  # noqa: ARG001
    """Fill the sandbox with example data: releases, users with roles, objects.

    Running it again adds what is missing.
    """
    from operations.seed import seed

    target = application.target(environment, sandbox)
    added = seed(target)
    document = {"environment": environment, "sandbox": sandbox, "result": "succeeded", "added": vars(added)}
    application.show(
        document, lambda: click.echo(f"Added {added.releases} releases, {added.users} users, {added.objects} objects.")
    )
