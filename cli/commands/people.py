"""`distro people list|add|revoke|renew|apply|sign`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from cli.application import Application
from cli.command import declare

if TYPE_CHECKING:
    from datetime import datetime

    from promotion.people import People
    from promotion.trust import Trust

_ROLES = ("team-lead", "product-manager", "engineering-lead", "on-call")


def _signing(function: Callable[..., Any]) -> Callable[..., Any]:
    key = click.option(
        "--root-key", "keys", type=click.Path(path_type=Path), multiple=True, help="A root holder's key."
    )
    return key(click.option("--yes", is_flag=True, help="Do not ask.")(function))


@declare("people", examples=["distro people list", "distro people revoke dana --root-key ~/.ssh/root"], cls=click.Group)
def command() -> None:
    """Who may approve and attest, with which keys. A change counts once enough root holders have signed it."""


@declare("list", examples=["distro people list", "distro people list --allowed-signers > allowed_signers"])
@click.option("--allowed-signers", is_flag=True, help="As a file for `ssh-keygen -Y verify`; its times are in UTC.")
@click.pass_obj
def list_(application: Application, allowed_signers: bool) -> None:
    """Show everybody, the changes that wait for signatures, and where the policy asks less than the specification."""
    from cli import people_table
    from infra.specification import load_all
    from promotion import ssh, trust_store
    from promotion.policy import shortfalls

    store = application.store()
    chain, waiting = trust_store.load(store, application.pin()), trust_store.proposals(store)
    if allowed_signers:
        click.echo(ssh.allowed_signers(chain.newest.people.signers()), nl=False)
        return
    lacking = list(shortfalls(chain.newest.policy, load_all().environments))
    document = {**people_table.document(chain, waiting), "shortfalls": lacking}
    application.show(document, lambda: people_table.show(application, chain, waiting, lacking))


@declare(
    "add",
    examples=[
        "distro people add kim --mail kim@example.org --role team-lead --key kim.pub --root-key ~/.ssh/root",
        "distro people add lee --deputy-for product-manager --root-key ~/.ssh/root",
    ],
)
@click.argument("name")
@click.option("--mail", "mails", multiple=True, help="An address of their commits; several may be given.")
@click.option("--key", "public", type=click.Path(path_type=Path), multiple=True, help="A file with a public key.")
@click.option("--role", "roles", type=click.Choice(_ROLES), multiple=True)
@click.option("--deputy-for", "deputies", type=click.Choice(_ROLES), multiple=True)
@_signing
@click.pass_obj
def add(application: Application, /, name: str, **given: Any) -> None:
    """Add somebody, or mails, keys and roles to somebody who is known."""
    from promotion.membership import Joining
    from promotion.membership import add as added
    from promotion.organisation import VALID, public_key

    keys = [public_key(path.expanduser()) for path in given["public"]]

    def edit(people: People, now: datetime) -> People:
        joining = Joining(name, given["mails"], keys, given["roles"], given["deputies"], now + VALID)
        return added(people, joining, now)

    _change(application, edit, given["keys"], yes=given["yes"])


@declare(
    "revoke", examples=["distro people revoke dana --root-key ~/.ssh/root", "distro people revoke ci --key SHA256:…"]
)
@click.argument("name")
@click.option("--key", metavar="FINGERPRINT", help="This key alone; without it, everything that they have.")
@_signing
@click.pass_obj
def revoke(application: Application, name: str, key: str | None, keys: tuple[Path, ...], yes: bool) -> None:
    """End somebody's key or rights from now on. What they approved before stays on the record."""
    from promotion import membership

    _change(application, lambda people, now: membership.revoke(people, name, key, now), keys, yes=yes)


@declare("renew", examples=["distro people renew --root-key ~/.ssh/root"])
@_signing
@click.pass_obj
def renew(application: Application, keys: tuple[Path, ...], yes: bool) -> None:
    """Let everybody and every key that counts now count for another year."""
    from promotion import membership

    _change(application, membership.renew, keys, yes=yes)


@declare("apply", examples=["distro people apply people.yaml --root-key ~/.ssh/root"])
@click.argument("file", type=click.Path(path_type=Path))
@_signing
@click.pass_obj
def apply(application: Application, file: Path, keys: tuple[Path, ...], yes: bool) -> None:
    """Take over the organisation's file as it is now: people, attesters, suites, root holders. What it lacks ends."""
    from cli.trust import shown, signed
    from infra.specification import load_all
    from promotion import amendment
    from promotion.membership import restate
    from promotion.organisation import first_version

    environments = load_all().environments

    def edit(newest: Trust, now: datetime) -> Trust:
        stated = first_version(file, environments, now)
        return stated.model_copy(update={"people": restate(newest.people, stated.people, now)})

    draft = amendment.change(application.store(), application.pin(), edit)
    shown(application, signed(application, draft, keys, yes=yes))


@declare("sign", examples=["distro people sign 5f0c1a2b3c4d5e6f --root-key ~/.ssh/root"])
@click.argument("change", metavar="CHANGE")
@_signing
@click.pass_obj
def sign(application: Application, change: str, keys: tuple[Path, ...], yes: bool) -> None:
    """Sign a change that another root holder has proposed."""
    from cli.trust import shown, signed
    from promotion import amendment

    draft = amendment.waiting(application.store(), application.pin(), change)
    shown(application, signed(application, draft, keys, yes=yes))


for subcommand in (list_, add, revoke, renew, apply, sign):
    cast(click.Group, command).add_command(subcommand)


def _change(
    application: Application, edit: Callable[[People, datetime], People], keys: Sequence[Path], *, yes: bool
) -> None:
    from cli.trust import shown, signed
    from promotion import amendment

    def edited(newest: Trust, now: datetime) -> Trust:
        return newest.model_copy(update={"people": edit(newest.people, now)})

    draft = amendment.change(application.store(), application.pin(), edited)
    shown(application, signed(application, draft, keys, yes=yes))
