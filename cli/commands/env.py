"""`distro env`."""

from __future__ import annotations

import json
import shlex

import click

from cli.application import Application
from cli.command import declare, environment_argument, sandbox_option


@declare(
    "env",
    examples=[
        'eval "$(distro env local)"',
        "distro env local --format dotenv > .env",
        "distro env local --format json",
    ],
)
@environment_argument
@sandbox_option
@click.option("--format", "style", type=click.Choice(["shell", "dotenv", "json"]), default="shell", show_default=True)
@click.pass_obj
def command(application: Application, environment: str, sandbox: str, style: str) -> None:
    """Print the variables with which ordinary SDKs and tools reach the sandbox."""
    from operations import sandbox as operations

    target = application.target(environment, sandbox)
    variables = operations.variables(target)
    click.echo(_FORMATS["json" if application.json else style](variables))


def _shell(variables: dict[str, str]) -> str:
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())


def _dotenv(variables: dict[str, str]) -> str:
    # Single quotes: in double ones shells and most readers of such files look for variables.
    return "\n".join(
        f"{name}='{value}'" if "'" not in value else f"{name}={json.dumps(value)}" for name, value in variables.items()
    )


def _json(variables: dict[str, str]) -> str:
    return json.dumps(variables, indent=2)


_FORMATS = {"shell": _shell, "dotenv": _dotenv, "json": _json}
