"""`distro backend`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from cli.application import Application
from cli.command import declare

if TYPE_CHECKING:
    from operations.backend import Outcome


@declare("backend", examples=["distro backend init", "distro backend init --yes --json"], cls=click.Group)
def command() -> None:
    """Where genuine environments keep state and ledger: buckets, keys and roles of one AWS account."""


@declare("init", examples=["distro backend init", "AWS_PROFILE=administrator distro backend init --yes"])
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def init(application: Application, yes: bool) -> None:
    """Make what is missing, strengthen what is weaker than it should be, and report each part.

    Nothing becomes weaker: what is stronger stays, and what only a person should decide on is refused and named (exit
    1). Running it again changes nothing. It needs an administrator's credentials; environments need none of them.
    """
    from cli.progress import progress
    from infra.backend import backend
    from operations import backend as operations

    place = backend()
    application.confirm(f"Make the buckets {place.bucket} and {place.ledger}, keys and roles?", yes=yes)
    with progress(application, "distro backend init") as report:
        outcomes = operations.init(report)
    refused = any(outcome.result == "refused" for outcome in outcomes)
    document = {"result": "refused" if refused else "ready", "parts": [vars(outcome) for outcome in outcomes]}
    application.show(document, lambda: _text(application, outcomes))
    if refused:
        raise click.exceptions.Exit(1)


cast(click.Group, command).add_command(init)


def _text(application: Application, outcomes: list[Outcome]) -> None:
    from cli.columns import BAD, GOOD, columns

    rows = [(BAD if each.result == "refused" else GOOD, each.part, each.result, each.detail) for each in outcomes]
    columns(application.out, rows)
