"""`distro down`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import click

from cli.application import Application
from cli.command import declare, sandbox_option
from infra.errors import UsageError

if TYPE_CHECKING:
    from operations.target import Target


@declare(
    "down",
    examples=[
        "distro down local",
        "distro down local --sandbox feature-upload",
        "distro down --all",
        "distro --rehearse down dev",
        "distro --rehearse down --all",
    ],
)
@click.argument("environment", metavar="[ENV]", required=False)
@sandbox_option
@click.option("--all", "every", is_flag=True, help="Every sandbox of this checkout; every stack of a rehearsal.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(application: Application, environment: str | None, sandbox: str, every: bool, yes: bool) -> None:
    """Stop a sandbox; no process, port, container or temporary file of it is left.

    With --rehearse, destroy one stack, protected resources too, and leave the others as they are; the last one takes
    the emulators with it.
    """
    from cli.progress import progress
    from operations.down import down, end

    if environment is None and not every:
        raise UsageError("Which environment?", hint="Give ENV, or --all.")
    target = application.target(environment or ("shared" if application.rehearse else "local"), sandbox)
    chosen = _chosen(target, every)
    names = [each.environment if application.rehearse else each.sandbox for each in chosen]
    application.confirm(_question(application, names), yes=yes or not names)
    with progress(application, f"distro down {', '.join(names)}") as report:
        if every and application.rehearse:
            end(target)
        else:
            for each in chosen:
                down(each, report, _recorded(application, each))
    document = {
        "environment": environment,
        "sandbox": None if every and not application.rehearse else sandbox,
        "result": "stopped",
        "stacks" if application.rehearse else "sandboxes": names,
    }
    application.show(document, lambda: click.echo(f"Stopped: {', '.join(names) or 'nothing was there'}."))


def _recorded(application: Application, target: Target) -> AbstractContextManager[None] | None:
    """In a rehearsal it is on the record, so that the next promotion does not take an empty environment for odd."""
    if not target.rehearsal:
        return None
    from promotion.operating import gone
    from promotion.schema import target_of

    name = target_of(target.environment)
    return gone(application.location(target.sandbox), name, f"down {target.environment}")


def _chosen(target: Target, every: bool) -> list[Target]:
    from operations.target import targets

    if not every:
        return [target]
    return target.siblings if target.rehearsal else targets()


def _question(application: Application, names: list[str]) -> str:
    what = ", ".join(names) or "nothing"
    if application.rehearse:
        return f"Destroy {what} in this rehearsal, protected resources and all data?"
    return f"Stop {what} and delete its data?"
