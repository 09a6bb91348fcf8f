"""`distro parity`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.application import Application
from cli.command import declare, sandbox_option
from local.profiles import PROFILES

if TYPE_CHECKING:
    from local.provider.parity import TypeParity
    from operations.parity import Parity


@declare("parity", examples=["distro parity", "distro parity local --recorded", "distro parity --json | jq '.types[]'"])
@click.argument("environment", metavar="[ENV]", default="local")
@sandbox_option
@click.option("--aws", "profile", type=click.Choice(list(PROFILES)), help="Only if the sandbox runs on this profile.")
@click.option("--recorded", is_flag=True, help="Only what is recorded, with the reason.")
@click.pass_obj
def command(application: Application, environment: str, sandbox: str, profile: str | None, recorded: bool) -> None:
    """Show what the sandbox really emulates of each resource type and property, and prove it.

    Every resource is read back from the emulators: an applied property that comes back otherwise than it was
    deployed is reported, and the exit code is 1.
    """
    from operations.parity import parity

    target = application.target(environment, sandbox)
    found = parity(target, profile)
    application.show(_document(found), lambda: _text(application, found, recorded))
    if not found.kept:
        raise click.exceptions.Exit(1)


def _document(found: Parity) -> dict[str, Any]:
    types = [
        {"type": entry.type, "status": entry.status, "reason": entry.reason,
         "properties": {name: vars(rule) for name, rule in entry.properties.items()}}
        for entry in found.types
    ]  # fmt: skip
    mismatches = [vars(mismatch) for mismatch in found.mismatches]
    return {
        "result": "passed" if found.kept else "failed", "profile": found.profile, "gaps": dict(found.gaps),
        "types": types, "mismatches": mismatches,
    }  # fmt: skip


def _text(application: Application, found: Parity, recorded: bool) -> None:
    from cli.columns import columns

    rows = [
        (f"  {name}" if name else entry.type, status, reason)
        for entry in found.types
        for name, status, reason in _lines(entry)
        if not recorded or status == "recorded"
    ]
    columns(application.out, rows)
    application.out.print(f"\nWhat the emulators of the profile {found.profile} do not do, whatever they keep:")
    columns(application.out, sorted((f"  {service}", gap) for service, gap in found.gaps.items()))
    count = {status: sum(entry.status == status for entry in found.types) for status in _STATUSES}
    application.out.print("\nTypes: " + ", ".join(f"{number} {status}" for status, number in count.items() if number))
    for mismatch in found.mismatches:
        place = f"{mismatch.type} {mismatch.urn.rsplit('::', 1)[-1]} {mismatch.property}"
        application.out.print(f"✖ {place}: deployed {mismatch.expected}, read back {mismatch.actual}", markup=False)
    if not found.mismatches:
        application.out.print("Every applied property reads back as it was deployed.")


_STATUSES = ("applied", "recorded", "unsupported")


def _lines(entry: TypeParity) -> list[tuple[str, str, str]]:
    """A type's own line, then, unless the type has one reason for all, its properties that are not applied."""
    own = ("", entry.status, entry.reason)
    below = [(name, rule.status, rule.reason) for name, rule in entry.properties.items() if rule.status != "applied"]
    return [own] if entry.reason else [own, *below]
