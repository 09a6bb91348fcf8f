"""`distro promotions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.application import Application
from cli.command import declare

if TYPE_CHECKING:
    from promotion.projection import Promotion


@declare("promotions", examples=["distro promotions", "distro promotions --json | jq '.promotions[-1]'"])
@click.pass_obj
def command(application: Application) -> None:
    """List all promotions, rollbacks and emergencies, the newest last."""
    from promotion.release import id_of

    found = list(application.location().ledger().read().promotions.values())
    listed = [
        {
            "promotion": each.id, "way": each.way, "release": id_of(each.release), "source": each.source,
            "target": each.target, "state": each.state, "requester": each.requester,
        }
        for each in found
    ]  # fmt: skip
    application.show({"promotions": listed}, lambda: _text(application, found))


def _text(application: Application, found: list[Promotion]) -> None:
    from cli.columns import columns
    from promotion.release import id_of

    if not found:
        click.echo("Nothing was promoted yet.")
        return
    columns(application.out, [
        (each.id, each.way, id_of(each.release), f"{each.source} → {each.target}", each.state, f"by {each.requester}")
        for each in found
    ])  # fmt: skip
