"""`distro reject`."""

from __future__ import annotations

import click

from cli.application import Application
from cli.command import declare
from cli.promotions import identity_option


@declare("reject", examples=["distro reject prm-0192 --reason 'the queue is bound in the wrong place'"])
@click.argument("promotion", metavar="PROMOTION")
@click.option("--reason", required=True, metavar="TEXT", help="Why; its requester reads this.")
@identity_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(application: Application, promotion: str, reason: str, identity: str | None, yes: bool) -> None:
    """End a promotion that was not begun."""
    from cli.promotions import session
    from infra.progress import silent
    from promotion import answering

    application.confirm(f"Reject {promotion}?", yes=yes)
    case = answering.reject(session(application, silent, identity), promotion, reason)
    document = {"promotion": promotion, "state": case.state, "result": "rejected", "reason": reason}
    application.show(document, lambda: click.echo(f"{promotion} is rejected."))
