"""docs/reference/commands.md, from the commands' own help."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cli.main import COMMANDS, distro

_INTRODUCTION = """\
# Commands

<!-- Made by `python -m tools.reference` from cli/commands/. Do not edit: change the commands. -->

`./distro` is the launcher of a checkout; an installed package has the same program as `distro`. `ENV` is one of
`local`, `dev`, `staging` and `prod`. Everywhere, before or after the command:

| option | |
|---|---|
| `--json` | exactly one JSON document on standard output; progress, prompts and logs go to standard error |
| `-q`, `--quiet` | no progress |
| `-v`, `--verbose` | tracebacks of errors |
| `--no-color` | also by the variable `NO_COLOR` |
| `--rehearse` | on an emulated account; also by `DISTRO_REHEARSE=1` |
"""


def page() -> str:
    """The whole page."""
    context = click.Context(distro, info_name="distro")
    found = [distro.get_command(context, name) for name in COMMANDS]
    return "\n".join([_INTRODUCTION, *(line for command in found if command for line in _section(command, context))])


def _section(command: click.Command, above: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=command.name, parent=above)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"## `{usage}`\n\n{_prose(command.help or '')}\n"
    options = [option for option in command.params if isinstance(option, click.Option)]
    if options:
        yield "| option | |\n|---|---|"
        yield from map(_row, options)
        yield ""
    yield from _examples(command)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from _section(below, context)


def _prose(text: str) -> str:
    return text.replace("\b", "").strip()


def _row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    value = "" if option.is_flag else f" {option.make_metavar(click.Context(click.Command('')))}".replace("|", r"\|")
    default = f" (default: `{option.default}`)" if option.show_default and option.default not in {None, False} else ""
    return f"| {names}{value} | {option.help or ''}{default} |"


def _examples(command: click.Command) -> Iterator[str]:
    words = (command.epilog or "").partition("Examples:\n")[2].partition("\n\n")[0]
    if words:
        yield "```sh\n" + "\n".join(line.strip() for line in words.splitlines()) + "\n```\n"
