"""`distro preview`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.application import Application
from cli.command import declare, environment_argument, sandbox_option

if TYPE_CHECKING:
    from operations.preview.run import Preview

_FORMATS = ("text", "json", "markdown")
_DIFFERENT = 4


@declare(
    "preview",
    examples=[
        "distro preview local",
        "distro preview prod --base origin/main --format markdown --out preview.md",
        "distro preview staging --base main --expect-no-changes",
    ],
)
@environment_argument
@sandbox_option
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True,
              help="How the report is written.")  # fmt: skip
@click.option("--base", metavar="REF", help="Compare with this revision of git instead of what is deployed.")
@click.option("--live", is_flag=True, help="Compare with what is deployed on genuine clouds: needs credentials.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the report to a file.")  # fmt: skip
@click.option("--expect-no-changes", is_flag=True, help="Exit 4 if anything would change.")
@click.option("--announce", multiple=True, metavar="NAME",
              help="A stateful resource that may be replaced or deleted; may be given several times.")  # fmt: skip
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917 -- one parameter an option of the contract
    application: Application,
    environment: str,
    sandbox: str,
    form: str,
    base: str | None,
    live: bool,
    out: Path | None,
    expect_no_changes: bool,
    announce: tuple[str, ...],
) -> None:
    """Show what a deployment of the working tree would change, and whether the policy allows it.

    What is not running here is compared with nothing deployed: neither network nor credentials are needed. With
    --base the specification and the program of REF are previewed beside the working tree's. Exit 1 if a rule of the
    policy is broken.
    """
    from cli.progress import progress
    from cli.reports import preview_document, preview_markdown, preview_text
    from cli.targets import emulated_target
    from operations.preview.run import Request, preview

    target = emulated_target(application, environment, sandbox)
    if live and (base or target):
        raise click.UsageError("--live is for genuine environments, and goes without --base.")
    request = Request(environment, target, base, frozenset(announce), live)
    with progress(application, f"distro preview {environment}") as report:
        found = preview(request, report)
    writers = {"text": preview_text, "json": _json, "markdown": preview_markdown}
    text = writers["json" if application.json else form](found)
    if out is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        _write(out, text)
        application.show(preview_document(found), lambda: click.echo(f"{out}: {_summary(found)}", err=True))
    _exit(found, expect_no_changes=expect_no_changes)


def _json(found: Preview) -> str:
    import json

    from cli.reports import preview_document

    return json.dumps(preview_document(found), indent=2, default=str)


def _summary(found: Preview) -> str:
    from cli.reports import counted

    return f"{found.environment}: {counted(found.changes)}"


def _write(out: Path, text: str) -> None:
    """The whole report or none."""
    draft = out.with_name(f".{out.name}.partial")
    draft.write_text(text)
    draft.replace(out)


def _exit(found: Any, *, expect_no_changes: bool) -> None:
    if not found.allowed:
        raise click.exceptions.Exit(1)
    if expect_no_changes and found.changed:
        raise click.exceptions.Exit(_DIFFERENT)
