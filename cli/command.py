"""How a command is declared: its name, and the examples that end its help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

_GLOBAL = """\b
Everywhere: --json (one document on standard output), -q/--quiet, -v/--verbose, --no-color, --rehearse."""


def declare(name: str, *, examples: Sequence[str], **settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a click command whose help ends with real examples and the global options."""
    lines = "\n".join(f"  {example}" for example in examples)
    return click.command(name, epilog=f"\b\nExamples:\n{lines}\n\n{_GLOBAL}", **settings)


def sandbox_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--sandbox NAME`: which of several sandboxes."""
    option = click.option(
        "--sandbox", default="default", show_default=True, metavar="NAME", envvar="DISTRO_SANDBOX",
        help="Which sandbox; several live side by side, one a branch for instance.",
    )  # fmt: skip
    decorated: Callable[..., Any] = option(function)
    return decorated


environment_argument = click.argument("environment", metavar="ENV")
