"""`distro freeze`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.application import Application
from cli.command import declare, environment_argument
from cli.promotions import identity_option, key_option


@declare(
    "freeze",
    examples=[
        "distro freeze prod --reason 'launch of the spring catalogue'",
        "distro freeze prod --reason 'audit' --key ~/.ssh/work.pub # the agent signs",
    ],
)
@environment_argument
@click.option("--reason", required=True, help="Why; everybody who is stopped by it reads this.")
@key_option
@identity_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(
    application: Application, environment: str, reason: str, key: Path | None, identity: str | None, yes: bool
) -> None:
    """Stop promotions into ENV until it is unfrozen; signed, and on the record.

    It takes a role that the policy of ENV names for it, else exit 3.
    """
    from cli.promotions import ordered

    application.confirm(f"Stop all promotions into {environment}?", yes=yes)
    person = ordered(application, "freeze", environment, reason, key, identity)
    document = {"environment": environment, "result": "frozen", "reason": reason, "identity": person}
    application.show(document, lambda: click.echo(f"{environment} is frozen. Later: distro unfreeze {environment}"))
