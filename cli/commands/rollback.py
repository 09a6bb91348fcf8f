"""`distro rollback`."""

from __future__ import annotations

import click

from cli.application import Application
from cli.command import declare, environment_argument
from cli.promotions import identity_option


@declare(
    "rollback",
    examples=[
        "distro rollback prod --reason 'search is slow since the last release'",
        "distro rollback prod --to rel-51aa0c3e77d0 --reason 'as agreed in the review'",
    ],
)
@environment_argument
@click.option("--to", "release", metavar="RELEASE", help="Which release; else the one that succeeded before.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for the record.")
@click.option("--dry-run", is_flag=True, help="Look at the gates and plan; nothing is opened, nothing recorded.")
@click.option("--wait", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS", help="Wait for another holder.")
@click.option("--replan", is_flag=True, help="Make a new plan; approvals of the one before are void.")
@identity_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917 -- one parameter an option of the contract
    application: Application,
    environment: str,
    release: str | None,
    reason: str,
    dry_run: bool,
    wait: float,
    replan: bool,
    identity: str | None,
    yes: bool,
) -> None:
    """Deploy an earlier release to ENV again, through its rollback gate. Nothing that holds data is deleted.

    Running it again goes on with the open rollback.
    """
    from cli.progress import progress
    from cli.promotions import confirmation, ended, session
    from promotion import pipeline
    from promotion.opening import Request
    from promotion.schema import target_of

    request = Request(environment, target_of(environment), "rollback", release, reason)
    options = pipeline.Options(wait=wait, replan=replan, dry_run=dry_run)
    with progress(application, f"distro rollback {environment}") as report:
        opened = session(application, report, identity)
        outcome = pipeline.promote(opened, request, options, confirmation(application, yes=yes))
    ended(application, outcome)
