"""`distro promote`."""

from __future__ import annotations

import click

from cli.application import Application
from cli.command import declare
from cli.promotions import identity_option


@declare(
    "promote",
    examples=[
        "distro promote staging prod",
        "distro --rehearse promote local dev --yes",
        "distro promote staging prod --release rel-7c1e04d9a2b1 --dry-run",
        "distro promote staging prod --emergency --reason 'payments are down'",
    ],
)
@click.argument("source", metavar="SOURCE")
@click.argument("target", metavar="TARGET")
@click.option("--release", metavar="ID", help="Which release; else the one that SOURCE runs (local: the commit's).")
@click.option("--dry-run", is_flag=True, help="Look at the gates and plan; nothing is opened, nothing recorded.")
@click.option("--wait", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS", help="Wait for another holder.")
@click.option("--replan", is_flag=True, help="Make a new plan; approvals of the one before are void.")
@click.option("--emergency", is_flag=True, help="The emergency path of TARGET; its notice starts with this.")
@click.option("--reason", metavar="TEXT", help="Why, for the record; --emergency needs it.")
@click.option("--resume", metavar="PROMOTION", help="Go on with this promotion, which was interrupted.")
@identity_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917 -- one parameter an option of the contract
    application: Application,
    source: str,
    target: str,
    release: str | None,
    dry_run: bool,
    wait: float,
    replan: bool,
    emergency: bool,
    reason: str | None,
    resume: str | None,
    identity: str | None,
    yes: bool,
) -> None:
    """Bring a release from SOURCE to TARGET: plan, gates, and, once all are open, apply and verify.

    Running it again goes on with the open promotion. What fails its verification is rolled back.
    """
    from cli.progress import progress
    from cli.promotions import confirmation, ended, session
    from infra.errors import UsageError
    from promotion import pipeline
    from promotion.opening import Request
    from promotion.schema import target_of

    if emergency and not reason:
        raise UsageError("An emergency needs its reason.", hint="Give --reason TEXT.")
    way = "emergency" if emergency else "promotion"
    request = Request(_source(source), target_of(target), way, release, reason)  # type: ignore[arg-type]
    options = pipeline.Options(wait=wait, replan=replan, dry_run=dry_run)
    confirm = confirmation(application, yes=yes)
    with progress(application, f"distro promote {source} {target}") as report:
        opened = session(application, report, identity)
        if resume:
            outcome = pipeline.resume(opened, resume, request, options, confirm)
        else:
            outcome = pipeline.promote(opened, request, options, confirm)
    ended(application, outcome)


def _source(name: str) -> str:
    from cli.application import ENVIRONMENTS
    from infra.errors import UsageError

    if name not in ENVIRONMENTS:
        raise UsageError(f"{name!r} is no environment.", hint=f"Environments: {', '.join(ENVIRONMENTS)}.")
    return name
