"""`distro rehearse`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.application import Application
from cli.command import declare

if TYPE_CHECKING:
    from promotion.rehearsal.performance import Performance


@declare("rehearse", examples=["distro rehearse", "distro rehearse --keep", "distro rehearse --json | jq .steps"])
@click.option("--keep", is_flag=True, help="Leave everything as it is at the end, to look at it.")
@click.pass_obj
def command(application: Application, keep: bool) -> None:
    """Take the commit at HEAD the whole way on an emulated account, with throw-away people and keys.

    From nothing: evidence, approvals, dev, staging, prod; then a release that breaks in production and is rolled back,
    a rollback by hand, and `audit verify`. Each step is a command as you would type it; the first that ends in another
    way than it has to ends the story. Nothing is left, and nothing of yours is touched.
    """
    from cli.progress import progress
    from infra.paths import project_root
    from promotion.rehearsal.performance import rehearse

    with progress(application, "distro rehearse") as report:
        performance = rehearse(project_root(), report, keep=keep)
    application.show(_document(performance), lambda: _text(performance))
    if performance.failed:
        raise click.exceptions.Exit(1)


def _document(performance: Performance) -> dict[str, Any]:
    return {
        "result": "failed" if performance.failed else "passed",
        "seconds": sum(each.seconds for each in performance.steps),
        "steps": [vars(each) for each in performance.steps],
        "kept": performance.kept,
    }


def _text(performance: Performance) -> None:
    failed, kept = performance.failed, performance.kept
    if failed:
        click.echo(f"{failed.name} failed: {failed.command}\n{failed.detail}")
        if not kept:
            click.echo("To look at what is there: distro rehearse --keep")
    else:
        seconds = sum(each.seconds for each in performance.steps)
        click.echo(f"{len(performance.steps)} steps, each as it has to be, in {seconds:.0f} s.")
    if kept:
        click.echo(f"Look at it:  cd {kept / 'clone'} && ./distro --rehearse status")
        click.echo(f"End it:      cd {kept / 'clone'} && ./distro --rehearse down --all --yes && rm -r {kept}")
