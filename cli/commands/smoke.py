"""`distro smoke`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.application import Application
from cli.command import declare, environment_argument, sandbox_option

if TYPE_CHECKING:
    from operations.smoke import Outcome


@declare(
    "smoke",
    examples=[
        "distro smoke local",
        "distro smoke local --only catalogue --only upload",
        "distro --rehearse smoke prod",
    ],
)
@environment_argument
@sandbox_option
@click.option("--only", multiple=True, metavar="CHECK", help="Only this check; may be given several times.")
@click.pass_obj
def command(application: Application, environment: str, sandbox: str, only: tuple[str, ...]) -> None:
    """Check what a user of the environment relies on, through its real interfaces."""
    from cli.progress import progress
    from cli.targets import emulated_target

    target = emulated_target(application, environment, sandbox)
    with progress(application, f"distro smoke {target or environment}") as report:
        if target is None:
            from operations import genuine

            outcomes = genuine.smoke(environment, report, only)
        else:
            from operations.sandbox import smoke

            outcomes = smoke(target, report, only)
    failed = [outcome for outcome in outcomes if outcome.result == "failed"]
    document = {
        "environment": environment, "result": "failed" if failed else "passed",
        "checks": [vars(outcome) for outcome in outcomes],
    }  # fmt: skip
    application.show(document, lambda: _text(application, outcomes))
    if failed:
        raise click.exceptions.Exit(1)


def _text(application: Application, outcomes: list[Outcome]) -> None:
    from cli.columns import BAD, GOOD, columns

    rows = [
        (GOOD if item.result == "passed" else BAD, item.name, item.system, f"{item.seconds:.1f} s", item.detail)
        for item in outcomes
    ]
    columns(application.out, rows)
    passed = sum(item.result == "passed" for item in outcomes)
    application.out.print(f"\n{passed} of {len(outcomes)} passed.")
