"""`distro unfreeze`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.application import Application
from cli.command import declare, environment_argument
from cli.promotions import identity_option, key_option


@declare("unfreeze", examples=["distro unfreeze prod"])
@environment_argument
@key_option
@identity_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(application: Application, environment: str, key: Path | None, identity: str | None, yes: bool) -> None:
    """Let promotions into ENV through again; signed, and on the record.

    Exit 3 where it is not frozen, and for somebody without a role that the policy of ENV names for it.
    """
    from cli.promotions import ordered

    application.confirm(f"Let promotions into {environment} through again?", yes=yes)
    person = ordered(application, "unfreeze", environment, None, key, identity)
    document = {"environment": environment, "result": "unfrozen", "identity": person}
    application.show(document, lambda: click.echo(f"{environment} is open to promotions again."))
