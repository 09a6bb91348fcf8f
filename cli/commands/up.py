"""`distro up`."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from cli.application import Application
from cli.command import declare, environment_argument, sandbox_option
from local.profiles import PROFILES

if TYPE_CHECKING:
    from infra.progress import Report
    from operations.target import Target
    from operations.up import Deployed


@declare(
    "up",
    examples=[
        "distro up local",
        "distro up local --sandbox feature-upload",
        "distro up local --watch",
        "distro --rehearse up staging",
    ],
)
@environment_argument
@sandbox_option
@click.option("--runtime", type=click.Choice(["auto", "docker", "host"]), default="auto", show_default=True,
              help="Where LocalStack runs: in Docker where an engine answers, else on the host.")  # fmt: skip
@click.option("--aws", "profile", type=click.Choice(list(PROFILES)),
              help="The AWS emulator; of what runs already, its own.")  # fmt: skip
@click.option("--watch", is_flag=True, help="Afterwards, redeploy a function when its source changes.")
@click.option("--wait", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS",
              help="Wait for another run that holds the sandbox.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask (emulated environments never ask).")
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917 -- one parameter an option of the contract
    application: Application,
    environment: str,
    sandbox: str,
    runtime: str,
    profile: str | None,
    watch: bool,
    wait: float,
    yes: bool,
) -> None:
    """Start the emulators and deploy the whole environment on this machine.

    Without --rehearse, dev is the one genuine environment that is deployed by hand: the working tree, with the caller's
    credentials (docs/genuine.md); so is shared until a release runs there. With --rehearse ENV is shared, dev, staging
    or prod: stacks of one emulated account, side by side as in life.

    Running it again brings an existing sandbox up to date: changed resources are updated, what was changed behind
    the engine's back is mended, emulators that died are started again.
    """
    from cli.genuine import BY_HAND, up_genuine
    from cli.progress import progress
    from operations import up as operations

    if environment in BY_HAND and not application.rehearse:
        up_genuine(application, environment, wait=wait, yes=yes)
        return
    target = application.target(environment, sandbox)
    request = operations.Request(target, runtime, profile)
    title = f"distro up {target} · profile {profile or target.profile}"
    with progress(application, title) as report, _recorded(application, target, report, wait):
        deployed = operations.up(request, report, wait=wait)
    application.show(_document(target, deployed), lambda: _text(application, target, deployed))
    if watch:
        from operations import watch as watching

        watching.watch(request, lambda line: click.echo(line, err=True))


def _recorded(application: Application, target: Target, report: Report, wait: float) -> AbstractContextManager[None]:
    """In a rehearsal it is on the record that what runs is no release (section 1.2: releases alone move on)."""
    if not target.rehearsal:
        return nullcontext()
    from operations.emulated_deployer import EmulatedDeployer
    from promotion.operating import unreleased
    from promotion.schema import target_of

    location, deployer = application.location(target.sandbox), EmulatedDeployer(report, target)
    command, name = f"up {target.environment}", target_of(target.environment)
    return unreleased(location, name, command, lambda: deployer.state().digest, wait=wait)


def _document(target: Target, deployed: Deployed) -> dict[str, Any]:
    sandbox = deployed.sandbox
    return {
        "environment": target.environment, "sandbox": target.sandbox, "result": "succeeded",
        "changes": dict(deployed.changes), "resources": deployed.resources,
        "outputs": deployed.outputs.shown(), "seconds": deployed.seconds["all"],
        "endpoints": {name: item.endpoint for name, item in sandbox.components.items() if item.endpoint},
        "profile": sandbox.profile, "runtime": sandbox.runtime, "phases": dict(deployed.seconds),
    }  # fmt: skip


def _text(application: Application, target: Target, deployed: Deployed) -> None:
    from cli.columns import columns

    out = application.out
    if deployed.shared:
        out.print(f"\nshared, which {target.environment} needs: {_changed(deployed.shared)}")
    out.print(f"\n[bold]Ready in {deployed.seconds['all']:.1f} s.[/bold]  {_changed(deployed)}\n")
    columns(out, _rows(target, deployed))


def _changed(deployed: Deployed) -> str:
    changes = [f"{count} {_PAST[kind]}" for kind, count in deployed.changes.items() if count]
    return ", ".join(changes) or "nothing to do"


_PAST = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "same": "unchanged"}


def _rows(target: Target, deployed: Deployed) -> list[tuple[str, str, str]]:
    sandbox, outputs = deployed.sandbox, deployed.outputs.clear
    run = f"{target.command('exec')} --"
    if "api_url" not in outputs:
        return [("AWS", sandbox.endpoint("s3"), f"{run} aws ec2 describe-vpcs")]
    return [
        ("API", str(outputs["api_url"]), f"{run} sh -c 'curl $API_URL/health'"),
        ("AWS", sandbox.endpoint("s3"), f"{run} aws s3 ls"),
        ("PostgreSQL", sandbox.components["postgres"].endpoint or "", f"{run} sh -c 'psql $DATABASE_URL'"),
        ("Firebase", sandbox.endpoint("firebase-auth"), f"{target.command('env')} --format dotenv > .env"),
        ("", "", f"{target.command('smoke')}      every system, through its real interface"),
        ("", "", f"{target.command('parity')}     what is emulated, and what is recorded only"),
    ]
