"""What every command shares: the global options, and the one place that prints documents, text and errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from infra.errors import ConfigurationError, DistroError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from operations.target import Target
    from promotion.location import Location
    from promotion.pin import Pin
    from promotion.store import Store

ENVIRONMENTS = ("local", "dev", "staging", "prod")

_FLAGS = {
    "--json": "json",
    "-q": "quiet",
    "--quiet": "quiet",
    "-v": "verbose",
    "--verbose": "verbose",
    "--no-color": "no_color",
    "--rehearse": "rehearse",
}


@dataclass(frozen=True)
class Application:
    """One run of the command line. Documents go to standard output; progress, prompts and errors to standard error."""

    arguments: Sequence[str]
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    rehearse: bool = False
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_arguments(cls, arguments: Sequence[str], environment: Mapping[str, str]) -> Application:
        """Take the global options out of the command line, wherever they stand before a `--`."""
        end = arguments.index("--") if "--" in arguments else len(arguments)
        options = {_FLAGS[word]: True for word in arguments[:end] if word in _FLAGS}
        rest = [word for word in arguments[:end] if word not in _FLAGS] + list(arguments[end:])
        if environment.get("DISTRO_REHEARSE") == "1":
            options["rehearse"] = True
        if environment.get("NO_COLOR"):
            options["no_color"] = True
        return cls(rest, environment=environment, **options)

    @cached_property
    def console(self) -> Console:
        """Standard error, for people: colour only on a terminal that wants it."""
        from rich.console import Console

        return Console(stderr=True, no_color=self.no_color, highlight=False, soft_wrap=True)

    @cached_property
    def out(self) -> Console:
        """Standard output, for the text form of a result."""
        from rich.console import Console

        return Console(no_color=self.no_color, highlight=False, soft_wrap=True)

    @property
    def interactive(self) -> bool:
        """Whether somebody can be asked."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def show(self, document: Any, text: Callable[[], None]) -> None:
        """Give the result: the one JSON document with `--json`, else whatever `text` prints."""
        if self.json:
            click.echo(json.dumps(document, indent=2, default=str))
        else:
            text()

    def say(self, line: str) -> None:
        """Tell what is being made, unless nobody wants to know."""
        if not self.quiet:
            self.console.print(line, markup=False)

    def store(self) -> Store:
        """The store of releases, approvals and the ledger; a rehearsal has its own."""
        from promotion.location import open_store

        return open_store(self.environment, rehearsal=self.rehearse)

    def location(self, sandbox: str | None = None) -> Location:
        """The store with its ledger; of a rehearsal by another name than DISTRO_SANDBOX says."""
        from promotion.location import SANDBOX, open_location

        named = {SANDBOX: sandbox} if sandbox else {}
        return open_location({**self.environment, **named}, rehearsal=self.rehearse)

    def pin(self) -> Pin:
        """What this client knows of the store's root of trust."""
        from promotion.pin import pin_of

        return pin_of(self.store().url)

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before something changes. Raises UsageError (exit 2) where nobody can be asked."""
        if yes:
            return
        if not self.interactive:
            raise UsageError(f"{question} Nobody can be asked here.", hint="Give --yes.")
        if not click.confirm(question, err=True):
            raise UsageError("Nothing was changed.")

    def fail(self, error: DistroError) -> int:
        """Print an error as one short paragraph (and as the JSON document with `--json`); return its exit code."""
        if self.verbose:
            import traceback

            traceback.print_exception(error)
        if self.json:
            click.echo(json.dumps(_document(error), indent=2))
        for line in filter(None, (_placed(error), error.hint)):
            click.echo(line, err=True)
        return error.exit_code

    def target(self, environment: str, sandbox: str) -> Target:
        """The target that ENV and `--sandbox` name: `local`, or with `--rehearse` one of the others.

        Raises UsageError (exit 2) for anything else.
        """
        from operations.target import LOCAL, REHEARSED, Target

        if environment not in (LOCAL, *REHEARSED):
            raise UsageError(f"{environment!r} is no environment.", hint=f"Environments: {', '.join(ENVIRONMENTS)}.")
        if self.rehearse and environment == LOCAL:
            raise UsageError("local is no part of a rehearsal.", hint=f"Rehearsed are: {', '.join(REHEARSED)}.")
        if not self.rehearse and environment != LOCAL:
            raise UsageError(
                f"This command knows local here, not {environment}.",
                hint=f"{environment} is reached by promotions: `distro promote --help`; `--rehearse` emulates it here.",
            )
        return Target(environment, sandbox, rehearsal=self.rehearse)


def _placed(error: DistroError) -> str:
    return f"{error.where}: {error.message}" if error.where else error.message


def _document(error: DistroError) -> dict[str, Any]:
    document: dict[str, Any] = {"result": "failed", "error": error.message, "hint": error.hint, "where": error.where}
    if isinstance(error, ConfigurationError):
        document["problems"] = [vars(problem) for problem in error.problems]
    return document
