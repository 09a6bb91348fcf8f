"""`distro audit verify|export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from cli.application import Application
from cli.command import declare

if TYPE_CHECKING:
    from promotion.audit import Verdict


@declare("audit", examples=["distro audit verify", "distro audit export audit.jsonl"], cls=click.Group)
def command() -> None:
    """Prove what was deployed, by whom and with which approvals."""


@declare(
    "verify",
    examples=[
        "distro audit verify",
        "distro audit verify --bundle audit.jsonl --root sha256:5f0c…",
        "distro audit verify --json | jq .problems",
    ],
)
@click.option("--bundle", "file", type=click.Path(path_type=Path), help="A file that `audit export` wrote; offline.")
@click.option("--root", metavar="DIGEST", help="Digest of the root keys, for a bundle of a store not known here.")
@click.pass_obj
def verify(application: Application, file: Path | None, root: str | None) -> None:
    """Verify that the ledger is complete and every approval was valid at its time; name the first bad entry."""
    from promotion import auditing, bundle

    if file:
        verdict = auditing.audit_bundle(bundle.load(file), root or application.pin().root)
    else:
        verdict = auditing.audit(application.location(), application.pin())
    document = {
        "result": "broken" if verdict.problems else "ok",
        "entries": verdict.entries,
        "head": {"number": verdict.head.number, "digest": verdict.head.entry},
        "problems": [vars(problem) for problem in verdict.problems],
    }
    application.show(document, lambda: _text(application, verdict))
    if verdict.problems:
        raise click.exceptions.Exit(1)


@declare(
    "export",
    examples=["distro audit export audit.jsonl --key ~/.ssh/ci", "distro audit export audit.jsonl"],
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), help="SSH key that may sign checkpoints: signs the head first.")
@click.pass_obj
def export(application: Application, file: Path, key: Path | None) -> None:
    """Write the ledger up to a signed checkpoint, with all that it binds, to one file that proves it anywhere."""
    from promotion import auditing, bundle, checkpoint

    location = application.location()
    ledger = location.ledger()
    if key:
        signers = auditing.signers_of(location, application.pin())
        number = checkpoint.make(ledger, location.store, key.expanduser(), signers)
    else:
        number = checkpoint.newest(ledger)
    objects = bundle.export(location.store, number, file)
    document = {"result": "exported", "file": str(file), "entries": number, "objects": objects}
    application.show(document, lambda: click.echo(f"{file}: entries 1 to {number}, {objects} objects."))


for subcommand in (verify, export):
    cast(click.Group, command).add_command(subcommand)


def _text(application: Application, verdict: Verdict) -> None:
    from cli.columns import BAD, GOOD, columns

    if not verdict.problems:
        columns(application.out, [(GOOD, f"{verdict.entries} entries", verdict.head.entry)])
        return
    rows = [(BAD, f"entry {each.entry}" if each.entry else "ledger", each.problem) for each in verdict.problems]
    columns(application.out, rows)
