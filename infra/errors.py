"""The tree of errors. Each carries the exit code of the command line's contract and what to do next.

DistroError                     1
├── OperationFailed             1   a resource, a test, a check, an emulator; integrity broken
├── UsageError                  2   the request is wrong
│   └── ConfigurationError      2   a configuration file is wrong; lists every problem
├── GateClosed                  3   authentic but not enough, expired, not eligible, stale
├── DifferencesFound            4   differences, where the command was asked to look for them
├── EnvironmentBusy             5   somebody else holds the environment
└── Interrupted               130   stopped by a signal (143: SIGTERM)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class DistroError(Exception):
    """Something went wrong that a person has to know about: `message` what, `where` (file:line), `hint` what next."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None, where: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where


class OperationFailed(DistroError):
    """The operation was right and failed."""


class UsageError(DistroError):
    """The request itself is wrong."""

    exit_code = 2


@dataclass(frozen=True)
class Problem:
    """One problem of a configuration file; `line` counts from 1, 0 where the file has none for it."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        """`file:line: path: message`, as editors and terminals link it."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class ConfigurationError(UsageError):
    """A configuration file is wrong; every problem of the run is listed, not the first alone."""

    def __init__(self, problems: Sequence[Problem], *, hint: str | None = None) -> None:
        super().__init__("\n".join(str(problem) for problem in problems), hint=hint)
        self.problems = tuple(problems)


class GateClosed(DistroError):
    """A gate is closed."""

    exit_code = 3


class DifferencesFound(DistroError):
    """Differences were found by a command that was asked to look for them."""

    exit_code = 4


class EnvironmentBusy(DistroError):
    """Somebody else holds the environment."""

    exit_code = 5


class Interrupted(DistroError):
    """Stopped by a signal; the engine was stopped cleanly. `exit_code` is 128 plus the signal's number."""

    exit_code = 130

    def __init__(self, message: str, *, signal_number: int = 2, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.exit_code = 128 + signal_number
