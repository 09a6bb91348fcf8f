"""`distro status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.application import Application
from cli.command import declare, sandbox_option

if TYPE_CHECKING:
    from operations.status import Status


@declare(
    "status", examples=["distro status", "distro status local --sandbox feature-upload", "distro --rehearse status"]
)
@click.argument("environment", metavar="[ENV]", required=False)
@sandbox_option
@click.pass_obj
def command(application: Application, environment: str | None, sandbox: str) -> None:
    """Show what runs, since when, the health of each emulator, what is deployed, and who holds the lock.

    With --rehearse and no ENV, every stack of the rehearsal.
    """
    from operations.status import read, read_all

    whole = application.rehearse and environment is None
    target = application.target(environment or ("shared" if application.rehearse else "local"), sandbox)
    found = read_all(target) if whole else [read(target)]
    if whole:
        application.show(_overview(application, found), lambda: _rehearsal(application, found))
    else:
        application.show(_document(application, found[0]), lambda: _text(application, found[0]))
    if any(status.result == "unhealthy" for status in found):
        raise click.exceptions.Exit(1)


def _overview(application: Application, stacks: list[Status]) -> dict[str, Any]:
    """The shared emulators once, and each stack."""
    running = next((status for status in stacks if status.components), stacks[0])
    return {**_document(application, running), "environment": None, "resources": sum(each.resources for each in stacks),
            "lock": None, "interrupted": None, "stacks": [_short(application, each) for each in stacks]}  # fmt: skip


def _short(application: Application, status: Status) -> dict[str, Any]:
    return {name: value for name, value in _document(application, status).items() if name != "components"}


def _rehearsal(application: Application, stacks: list[Status]) -> None:
    from cli.columns import BAD, GOOD, columns

    running = next((status for status in stacks if status.components), None)
    if running:
        _emulators(application, running)
    rows = [
        ("·" if each.result == "stopped" else GOOD if each.result == "running" else BAD, each.target.environment,
         f"{each.resources} resources" if each.resources else "not deployed",
         (_release(application, each) or "unreleased") if each.resources else "",
         f"held by {each.lock}" if each.lock else "",
         f"`{each.interrupted}` was interrupted" if each.interrupted else "")
        for each in stacks
    ]  # fmt: skip
    application.out.print(f"\nrehearsal {stacks[0].target.sandbox}:\n")
    columns(application.out, rows)


def _document(application: Application, status: Status) -> dict[str, Any]:
    return {
        "environment": status.target.environment, "sandbox": status.target.sandbox,
        "result": status.result, "release": _release(application, status),
        "components": [vars(item) for item in status.components], "resources": status.resources,
        "lock": vars(status.lock) if status.lock else None, "interrupted": status.interrupted,
    }  # fmt: skip


def _release(application: Application, status: Status) -> str | None:
    """The release that runs there, by the ledger; None where what runs was deployed from a working tree."""
    target = status.target
    if not target.rehearsal or status.result == "stopped":
        return None
    from promotion import deployments
    from promotion.release import id_of

    found = deployments.current(application.location(target.sandbox).ledger(), target.environment)
    return id_of(found) if found else None


def _text(application: Application, status: Status) -> None:
    out = application.out
    out.print(f"{status.target}: {status.result}\n")
    _emulators(application, status)
    if status.resources:
        deployed = _release(application, status) or "deployed from the working tree"
        out.print(f"\n  {deployed}: {status.resources} resources")
    if status.lock:
        out.print(f"  held by {status.lock}", markup=False)
    if status.interrupted:
        out.print(f"  `{status.interrupted}` was interrupted; `{status.target.command('up')}` mends what it left")
    if status.result == "stopped":
        out.print(f"  Run: {status.target.command('up')}")


def _emulators(application: Application, status: Status) -> None:
    from cli.columns import BAD, GOOD, columns

    rows = [
        (GOOD if item.state == "running" else BAD, item.name, item.state, item.endpoint or "", f"pid {item.pid}",
         f"since {item.since[:19].replace('T', ' ')}")
        for item in status.components
    ]  # fmt: skip
    columns(application.out, rows)
    for item in status.components:
        if item.state == "dead":
            application.out.print(f"\n{item.name} died; the end of its log:\n{item.log}", markup=False)
