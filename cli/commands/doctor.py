"""`distro doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.application import Application
from cli.command import declare

if TYPE_CHECKING:
    from operations.doctor import Finding


@declare("doctor", examples=["distro doctor", "distro doctor --fix", "distro doctor --json"])
@click.option(
    "--fix", is_flag=True, help="Mend what can be: install what is missing, remove what killed commands left."
)
@click.pass_obj
def command(application: Application, fix: bool) -> None:
    """Check this machine: toolchain, ports, locks, processes, credentials, clock."""
    from cli.progress import progress
    from infra.progress import silent
    from operations.doctor import examine

    if fix:
        with progress(application, "distro doctor --fix") as report:
            findings = examine(report, fix=True)
    else:
        findings = examine(silent, fix=False)
    broken = any(finding.result == "broken" for finding in findings)
    document = {"result": "broken" if broken else "ok", "checks": [vars(finding) for finding in findings]}
    application.show(document, lambda: _text(application, findings))
    if broken:
        raise click.exceptions.Exit(1)


def _text(application: Application, findings: list[Finding]) -> None:
    from cli.columns import BAD, GOOD, columns

    marks = {"ok": GOOD, "warning": ("!", "yellow"), "broken": BAD}
    columns(application.out, [(marks[finding.result], finding.name, finding.detail) for finding in findings])
    for finding in findings:
        if finding.hint and finding.result != "ok":
            application.out.print(f"\n{finding.name}: {finding.hint}", markup=False)
