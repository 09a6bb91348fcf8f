"""`distro init`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.application import Application
from cli.command import declare

if TYPE_CHECKING:
    from promotion.amendment import Draft, Outcome


@declare(
    "init",
    examples=[
        "distro init --people people.yaml --root-key ~/.ssh/root",
        "distro init --root sha256:5f0c… # on every other machine",
    ],
)
@click.option("--people", "file", type=click.Path(path_type=Path), help="The organisation's file (docs/people.md).")
@click.option("--root-key", "keys", type=click.Path(path_type=Path), multiple=True, help="A root holder's SSH key.")
@click.option("--root", metavar="DIGEST", help="Join a store that has its root of trust: the digest of its root keys.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(application: Application, file: Path | None, keys: tuple[Path, ...], root: str | None, yes: bool) -> None:
    """Begin: who may approve what, signed by the root holders; or join a store where that is done.

    Again, with the same file, it changes nothing: each root holder runs it with their own --root-key.
    """
    from cli.trust import shown, signed
    from infra.errors import UsageError
    from infra.specification import load_all
    from promotion import amendment
    from promotion.organisation import first_version

    if (file is None) == (root is None):
        raise UsageError("Give --people FILE to begin, or --root DIGEST to join.")
    store, pin = application.store(), application.pin()
    found: Draft | Outcome
    if file:
        environments = load_all().environments
        found = amendment.found(store, pin, lambda now: first_version(file, environments, now))
    else:
        found = amendment.join(store, pin, root or "")
    outcome = signed(application, found, keys, yes=yes) if isinstance(found, amendment.Draft) else found
    shown(application, outcome)
