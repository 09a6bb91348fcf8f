"""`distro approve`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.application import Application
from cli.command import declare
from cli.promotions import identity_option, key_option

_ROLES = ["team-lead", "product-manager", "engineering-lead", "on-call"]


@declare(
    "approve",
    examples=[
        "distro approve prm-0192 --role engineering-lead",
        "distro approve prm-0192 --role product-manager --key ~/.ssh/work.pub # the agent signs",
    ],
)
@click.argument("promotion", metavar="PROMOTION")
@click.option("--role", required=True, type=click.Choice(_ROLES))
@key_option
@identity_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(
    application: Application, promotion: str, role: str, key: Path | None, identity: str | None, yes: bool
) -> None:
    """Show what PROMOTION does, then sign an approval of exactly that with your SSH key."""
    from cli.keys import chosen
    from cli.promotions import session
    from infra.progress import silent
    from promotion import answering

    signer = chosen(key)
    opened = session(application, silent, identity)
    person = identity or answering.owner(opened.trust.people, signer)
    found = answering.asked(opened, promotion, role, person)  # type: ignore[arg-type]
    click.echo(found.plan.view.content.decode(), err=True)  # the very bytes whose digest is signed
    application.confirm(f"Approve {promotion} as {role} ({person}), signing with {signer}?", yes=yes)
    signed = answering.approve(opened, found, signer)
    expires = signed.approval.expires_at
    document = {
        "promotion": promotion, "role": role, "identity": person, "digest": signed.digest,
        "expires_at": expires.isoformat(), "key": signed.key,
    }  # fmt: skip
    said = f"{promotion}: approved as {role}, until {expires:%Y-%m-%d %H:%M} UTC."
    application.show(document, lambda: click.echo(said))
