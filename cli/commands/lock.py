"""`distro lock show|break`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from cli.application import Application
from cli.command import declare, environment_argument

if TYPE_CHECKING:
    from promotion.acquiring import EngineLock
    from promotion.holding import Holding
    from promotion.schema import Target


@declare("lock", examples=["distro lock show prod", "distro lock break prod --reason 'runner lost'"], cls=click.Group)
def command() -> None:
    """See who holds an environment; end a dead holder's hold."""


@declare("show", examples=["distro lock show prod", "distro lock show staging --json"])
@environment_argument
@click.pass_obj
def show(application: Application, environment: str) -> None:
    """Show who holds ENV, since when, and whether they are dead."""
    from promotion.holding import holding
    from promotion.schema import target_of

    found = holding(application.location().store, target_of(environment))
    application.show(_document(environment, found), lambda: _text(environment, found))


@declare("break", examples=["distro lock break prod --reason 'the runner was lost'"])
@environment_argument
@click.option("--reason", required=True, help="Why; it goes on the record.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def break_(application: Application, environment: str, reason: str, yes: bool) -> None:
    """End the hold of a dead holder on ENV, or one that was kept for a person. A living holder is left alone.

    An engine that its holder left is waited for, then ended, and the engine's own lock on the state is freed.
    """
    from promotion.acquiring import Leases
    from promotion.holding import holding
    from promotion.schema import target_of
    from promotion.tenure import user

    location, target = application.location(), target_of(environment)
    found = holding(location.store, target)
    application.confirm(f"End the hold of {found.holder if found else 'nobody'} on {environment}?", yes=yes)
    leases = Leases(location.store, location.ledger())
    ended = leases.break_dead(target, reason=reason, who=user(), engine=_engine(application, target))
    document = {**_document(environment, found), "result": "broken", "token": ended.token}
    application.show(document, lambda: click.echo(f"Ended: {ended.holder}, token {ended.token}. It is on the record."))


for subcommand in (show, break_):
    cast(click.Group, command).add_command(subcommand)


def _engine(application: Application, target: Target) -> EngineLock:
    from promotion.acquiring import EngineLock

    if not application.rehearse:
        from operations import genuine

        lock = genuine.engine_lock(target)
        return EngineLock(held=lock.held, free=lock.free)
    from cli.promotions import deployers
    from infra.progress import silent

    deployer = deployers(application, silent)(target)
    return EngineLock(held=deployer.running, free=deployer.free)


def _document(environment: str, found: Holding | None) -> dict[str, object]:
    return {
        "environment": environment,
        "holder": found.holder if found else None,
        "since": found.since.isoformat() if found else None,
        "token": found.token if found else None,
        "stale": found.stale if found else False,
        "kept": found.kept if found else None,
    }


def _text(environment: str, found: Holding | None) -> None:
    if found is None:
        click.echo(f"Nobody holds {environment}.")
        return
    click.echo(f"{found.holder}, since {found.since:%Y-%m-%d %H:%M:%S} UTC (token {found.token})")
    if found.kept:
        click.echo(f"Kept for a person: {found.kept}")
    if found.stale:
        click.echo(f"It was not renewed: its holder is dead. Next: distro lock break {environment} --reason TEXT")
