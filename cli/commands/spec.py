"""`distro spec check|show|diff`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import click

from cli.application import Application
from cli.command import declare

if TYPE_CHECKING:
    from infra.errors import Problem
    from operations.specification import Difference, Setting, Specification

_INVALID = 2
_WIDE = 50
_PLURAL = r"(?<=\w{3})s\b"


@declare(
    "spec",
    examples=["distro spec check", "distro spec show prod database", "distro spec diff dev staging"],
    cls=click.Group,
)
def command() -> None:
    """Validate, print and compare the typed environment specifications (Pulumi.<env>.yaml)."""


@declare(
    "check", examples=["distro spec check", "distro spec check staging", "distro spec check --json | jq .problems"]
)
@click.argument("environment", metavar="[ENV]", required=False)
@click.pass_obj
def check(application: Application, environment: str | None) -> None:
    """Report every problem with its file and line: of all environments, or of ENV alone. Exit 2 if there is any."""
    from operations import specification

    problems = specification.check(environment)
    result = "invalid" if problems else "valid"
    document = {"environment": environment, "result": result, "problems": [vars(problem) for problem in problems]}
    application.show(document, lambda: _problems(application, environment, problems))
    if problems:
        raise click.exceptions.Exit(_INVALID)


@declare("show", examples=["distro spec show prod", "distro spec show dev database", "distro spec show staging --json"])
@click.argument("environment", metavar="ENV")
@click.argument("path", metavar="[PATH]", default="")
@click.pass_obj
def show(application: Application, environment: str, path: str) -> None:
    """Print every setting of ENV, or those below PATH, with its section and where it is stated."""
    from operations import specification

    found = specification.show(environment, path)
    document = {
        "environment": environment, "result": "valid", "problems": [],
        "settings": [vars(setting) for setting in found.settings],
        "open_points": [vars(point) for point in found.open_points],
    }  # fmt: skip
    application.show(document, lambda: _settings(application, found))


@declare("diff", examples=["distro spec diff dev staging", "distro spec diff staging prod --json"])
@click.argument("left", metavar="ENV")
@click.argument("right", metavar="ENV")
@click.pass_obj
def diff(application: Application, left: str, right: str) -> None:
    """Print what differs between two environments."""
    from operations import specification

    found = specification.diff(left, right)
    document = {
        "environments": [left, right], "result": "different" if found else "same", "problems": [],
        "differences": [vars(difference) for difference in found],
    }  # fmt: skip
    application.show(document, lambda: _differences(application, (left, right), found))


for subcommand in (check, show, diff):
    cast(click.Group, command).add_command(subcommand)


def _problems(application: Application, environment: str | None, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        application.out.print(str(problem), markup=False)
    if problems:
        files = len({problem.file for problem in problems})
        application.out.print(f"{_count(len(problems), 'problem')} in {_count(files, 'file')}.")
    else:
        application.out.print(f"[green]✔[/green] {environment or 'all five specifications'}: valid")


def _settings(application: Application, found: Specification) -> None:
    from infra.environment.sections import SECTIONS

    sections: dict[str, list[Setting]] = {section: [] for section in SECTIONS}
    for setting in found.settings:
        sections[setting.section].append(setting)
    for section, settings in sections.items():
        if settings:
            application.out.print(f"\n[bold]{section}  {SECTIONS[section]}[/bold]")
            _grid(application, [[each.path, _text(each.value, each.unit), each.source] for each in settings])
    if found.open_points:
        application.out.print("\n[bold]Open points[/bold]")
        _grid(application, [[point.section, point.status, point.text] for point in found.open_points])


def _differences(application: Application, names: tuple[str, str], found: tuple[Difference, ...]) -> None:
    if not found:
        application.out.print(f"{names[0]} and {names[1]} are the same.")
        return
    rows = [
        [each.section, each.path]
        + [
            "—" if name == each.absent else _text(value, each.unit)
            for name, value in zip(names, (each.left, each.right), strict=True)
        ]
        for each in found
    ]
    _grid(application, [["", "setting", *names], *rows])
    application.out.print(f"\n{_count(len(found), 'difference')}.")


def _grid(application: Application, rows: list[list[str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    out, widths = application.out, [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = Table.grid(padding=(0, 2), pad_edge=True)
    for width in widths[:-1]:
        # Paths are for copying: never broken. In a pipe nothing is.
        table.add_column(no_wrap=width < _WIDE or not out.is_terminal)
    for row in rows:
        table.add_row(*(Text(cell, overflow="fold") for cell in row))
    if not out.is_terminal:
        out.width = max(out.width, sum(widths) + 2 * len(widths) + 2)
    out.print(table)


def _text(value: Any, unit: str) -> str:
    if value is None or value == []:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, str) or not unit:
        return str(value)
    return f"{value:g}%" if unit == "%" else f"{value:g} {re.sub(_PLURAL, '', unit) if value == 1 else unit}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
