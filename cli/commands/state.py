"""`distro state accept|repair`."""

from __future__ import annotations

from typing import cast

import click

from cli.application import Application
from cli.command import declare, environment_argument
from cli.promotions import identity_option


@declare("state", examples=["distro state accept prod --reason 'imported by hand, see the review'"], cls=click.Group)
def command() -> None:
    """Accept a state that nothing on the record explains; mend one that an engine left locked."""


@declare("accept", examples=["distro state accept prod --reason 'imported by hand, see the review'"])
@environment_argument
@click.option("--reason", required=True, metavar="TEXT", help="Why it is right as it is; it goes on the record.")
@identity_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def accept(application: Application, environment: str, reason: str, identity: str | None, yes: bool) -> None:
    """Accept the state of ENV as it is now, in your name: the gates are open to it then."""
    from cli.progress import progress
    from cli.promotions import session
    from promotion import acceptance
    from promotion.schema import target_of

    application.confirm(f"Accept the state of {environment} as it is?", yes=yes)
    with progress(application, f"distro state accept {environment}") as report:
        digest = acceptance.accept(session(application, report, identity), target_of(environment), reason)
    document = {"environment": environment, "result": "accepted", "state": digest}
    application.show(document, lambda: click.echo(f"{environment}: {digest} is accepted."))


@declare("repair", examples=["distro state repair staging"])
@environment_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def repair(application: Application, environment: str, yes: bool) -> None:
    """End an engine that outlived its caller, and free the lock that it left on the state of ENV."""
    from cli.promotions import deployers
    from infra.progress import silent
    from promotion.schema import target_of

    deployer = deployers(application, silent)(target_of(environment))
    application.confirm(f"Free the engine's lock of {environment}?", yes=yes)
    locked = deployer.running()
    with deployer.operation(f"state repair {environment}"):
        deployer.free()
    document = {"environment": environment, "result": "repaired" if locked else "unlocked"}
    said = "The lock is free now." if locked else "There was no lock."
    application.show(document, lambda: click.echo(said))


for subcommand in (accept, repair):
    cast(click.Group, command).add_command(subcommand)
