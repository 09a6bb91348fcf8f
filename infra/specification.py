"""Loads the environment specification from Pulumi.<env>.yaml and reports every problem of it at once.

`load` and `load_shared` check one environment; `load_all` and `problems` check all, and what they owe each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from infra.errors import ConfigurationError, Problem, UsageError
from infra.paths import project_root
from infra.stack_file import StackFile, read_stack

if TYPE_CHECKING:
    from infra.environment import Environment, Section, Shared

ENVIRONMENTS = ("local", "dev", "staging", "prod")
SHARED = "shared"
S_co = TypeVar("S_co", bound="Section", covariant=True)


@dataclass(frozen=True)
class Examined(Generic[S_co]):
    """One environment's file, the specification where its values are valid, and every problem."""

    file: StackFile
    found: S_co | None
    problems: tuple[Problem, ...]

    def get(self) -> S_co:
        """The specification. Raises ConfigurationError where there is any problem."""
        if self.found is None or self.problems:
            raise _error(self.problems)
        return self.found


@dataclass(frozen=True)
class Specifications:
    """All specifications of a project, each valid by itself and beside the others."""

    environments: Mapping[str, Environment]
    shared: Shared


def load(env: str, root: Path | None = None) -> Environment:
    """The specification of `local`, `dev`, `staging` or `prod`, valid by itself.

    Raises UsageError for an unknown name, ConfigurationError with every problem of its files.
    """
    if env not in ENVIRONMENTS:
        raise UsageError(f"{env!r} is no environment.", hint=f"Environments: {', '.join(ENVIRONMENTS)}.")
    return _environment(env, root or project_root()).get()


def load_shared(root: Path | None = None) -> Shared:
    """The specification of the `shared` stack. Raises ConfigurationError with every problem of its file."""
    return _shared(root or project_root()).get()


def load_all(root: Path | None = None) -> Specifications:
    """All specifications. Raises ConfigurationError with every problem of every file, and between them."""
    environments, shared, found = _all(root or project_root())
    if found:
        raise _error(found)
    return Specifications({name: each.get() for name, each in environments.items()}, shared.get())


def examine(env: str, root: Path | None = None) -> Examined[Environment] | Examined[Shared]:
    """One environment, or `shared`, with its file and problems. Raises UsageError for an unknown name."""
    if env not in (SHARED, *ENVIRONMENTS):
        raise UsageError(f"{env!r} is no environment.", hint=f"Environments: {', '.join(ENVIRONMENTS)}, {SHARED}.")
    return _shared(root or project_root()) if env == SHARED else _environment(env, root or project_root())


def problems(only: str | None = None, root: Path | None = None) -> tuple[Problem, ...]:
    """Every problem of every file, and between them; with `only`, those of the files of one environment.

    Raises UsageError for an unknown name.
    """
    files = examine(only, root).file.files if only else ()
    _, _, found = _all(root or project_root())
    if only is None:
        return found
    return tuple(problem for problem in found if problem.file in files)


def _error(found: tuple[Problem, ...]) -> ConfigurationError:
    files = len({problem.file for problem in found})
    count = f"{len(found)} problem{'s' * (len(found) > 1)} in {files} file{'s' * (files > 1)}"
    return ConfigurationError(found, hint=f"{count}. Nothing was changed. Reference: docs/reference/environment.md")


def _environment(env: str, root: Path) -> Examined[Environment]:
    from infra.environment import Environment
    from infra.environment.diagnosis import validated
    from infra.environment.rules import findings

    file = read_stack(env, root)
    if not file.usable:
        return Examined(file, None, file.problems)
    found, wrong = validated(file, Environment)
    broken = [file.problem(place, message) for place, message in findings(found)] if found else []
    return Examined(file, found, (*file.problems, *wrong, *broken))


def _shared(root: Path) -> Examined[Shared]:
    from infra.environment import Shared
    from infra.environment.diagnosis import validated

    file = read_stack(SHARED, root)
    if not file.usable:
        return Examined(file, None, file.problems)
    found, wrong = validated(file, Shared)
    return Examined(file, found, (*file.problems, *wrong))


def _all(root: Path) -> tuple[dict[str, Examined[Environment]], Examined[Shared], tuple[Problem, ...]]:
    from infra.environment.rules import findings_between

    environments = {name: _environment(name, root) for name in ENVIRONMENTS}
    shared = _shared(root)
    found = _once(environments["dev"], environments["staging"], environments["prod"], environments["local"], shared)
    valid = {name: each.found for name, each in environments.items() if each.found}
    files = {name: each.file for name, each in (*environments.items(), (SHARED, shared))}
    for env, place, message in findings_between(valid, shared.found):
        found.append(files[env].problem(place, message))
    return environments, shared, tuple(sorted(dict.fromkeys(found), key=lambda problem: (problem.file, problem.line)))


def _once(*examined: Examined[Environment] | Examined[Shared]) -> list[Problem]:
    """All their problems; those of a base come with each environment that extends it, and count as the base's."""
    found: list[Problem] = []
    for each in examined:
        known = {(problem.file, problem.line, problem.path) for problem in found}
        found += [problem for problem in each.problems if (problem.file, problem.line, problem.path) not in known]
    return found
