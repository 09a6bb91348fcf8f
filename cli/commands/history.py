"""`distro history`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.application import Application
from cli.command import declare, environment_argument

if TYPE_CHECKING:
    from promotion.history import Event


@declare("history", examples=["distro history prod", "distro history staging --json | jq '.entries[-1]'"])
@environment_argument
@click.pass_obj
def command(application: Application, environment: str) -> None:
    """Show who deployed what, when, with which approvals; and what else changed ENV."""
    from promotion.history import history
    from promotion.schema import target_of

    events = history(application.location().ledger(), target_of(environment))
    document = {"environment": environment, "entries": [asdict(event) for event in events]}
    application.show(document, lambda: _text(application, events))


def _text(application: Application, events: list[Event]) -> None:
    from cli.columns import columns

    if not events:
        click.echo("Nothing is on the record yet.")
        return
    columns(application.out, [_row(event) for event in events])


def _row(event: Event) -> tuple[str, ...]:
    approvals = ", ".join(f"{each.identity} ({each.role})" for each in event.approvals)
    details = "; ".join(filter(None, (f"approved by {approvals}" if approvals else "", event.detail)))
    what = f"{event.what} {event.promotion or ''}".strip()
    return (f"{event.at:%Y-%m-%d %H:%M} UTC", what, event.result, event.release or "", event.actor, details)
