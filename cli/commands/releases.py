"""`distro releases`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.application import Application
from cli.command import declare

if TYPE_CHECKING:
    from promotion.release import Origin, Release


@declare("releases", examples=["distro releases", "distro releases --json | jq -r '.releases[].id'"])
@click.pass_obj
def command(application: Application) -> None:
    """List the releases of the store, the newest first."""
    from cli.commands.release import document
    from promotion import release

    store = application.store()
    found = [(each, release.origins(store, each)[0]) for each in release.every(store)]
    found.sort(key=lambda pair: pair[1].created_at, reverse=True)
    listed = {"releases": [document(each, origin) for each, origin in found]}
    application.show(listed, lambda: _listed(application, found))


def _listed(application: Application, found: list[tuple[Release, Origin]]) -> None:
    from cli.columns import columns
    from promotion.text import escaped

    if not found:
        application.out.print("There is no release yet. Run: distro release create")
        return
    rows = [
        (each.id, f"{origin.created_at:%Y-%m-%d %H:%M}", origin.commit[:12], escaped(origin.subject))
        for each, origin in found
    ]
    columns(application.out, rows)
