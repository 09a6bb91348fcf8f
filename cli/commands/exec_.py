"""`distro exec`."""

from __future__ import annotations

import os
import shutil

import click

from cli.application import Application
from cli.command import declare, environment_argument, sandbox_option
from infra.errors import UsageError


@declare(
    "exec",
    examples=[
        "distro exec local -- aws s3 ls",
        "distro exec local -- sh -c 'psql $DATABASE_URL'",
        "distro exec local -- pytest",
    ],
    context_settings={"ignore_unknown_options": True},
)
@environment_argument
@sandbox_option
@click.argument("words", metavar="-- CMD...", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def command(application: Application, environment: str, sandbox: str, words: tuple[str, ...]) -> None:
    """Run a command with the sandbox's variables; its exit code is this one's."""
    from operations import sandbox as operations

    variables = operations.client_environment(application.target(environment, sandbox), os.environ)
    if shutil.which(words[0], path=variables["PATH"]) is None:
        raise UsageError(f"{words[0]!r} is not on PATH.")
    path = os.pathsep.join((str(operations.WRAPPERS), variables["PATH"]))
    # Running the user's command is what this is for.
    os.execvpe(words[0], words, {**variables, "PATH": path})  # noqa: S606
