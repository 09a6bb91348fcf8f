"""The file that an organisation begins with: its people, attesters and root holders.

root: { threshold: 2, holders: { ann: ssh-ed25519 AAAA…, bob: ssh-ed25519 AAAA… } }
people:
  dana: { mails: [dana@example.org], keys: [ssh-ed25519 AAAA…], roles: [product-manager] }
  lee: { mails: [lee@example.org], keys: [ssh-ed25519 AAAA…], deputy_for: [product-manager] }
  bot: { mails: [bot@example.org], shared: true }
attesters:
  ci: { keys: [ssh-ed25519 AAAA…], suites: [unit, integration, regression], checkpoints: true }
suites: # optional
  regression: { least_tests: 100, greatest_age_hours: 72 }
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from infra.document import Node, shown
from infra.environment.environment import Environment
from infra.environment.operation import Role, Suite
from infra.errors import ConfigurationError, Problem, UsageError
from infra.yaml_file import read
from promotion.people import Attester, Key, Mail, People, Person
from promotion.policy import SuiteGate, default_policy
from promotion.public_key import PublicKey
from promotion.schema import Identifier, Stored
from promotion.trust import Root, RootKey, Trust

VALID = timedelta(days=365)
"""How long the document, and everybody in it, counts before it has to be renewed."""


def without_comment(key: Any) -> Any:
    """A line of a .pub file without its comment; anything else as it is, for the validator to refuse."""
    return " ".join(key.split(" ")[:2]).strip() if isinstance(key, str) else key


def public_key(path: Path) -> str:
    """The key of a .pub file. Raises UsageError where there is none (a private key is never read)."""
    try:
        return TypeAdapter(KeyLine).validate_python(path.read_text(encoding="utf-8").rstrip("\n"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} holds no public SSH key.", hint="Give the .pub file.") from error


KeyLine = Annotated[PublicKey, BeforeValidator(without_comment)]


class _Roots(Stored):
    threshold: int
    holders: Mapping[Identifier, KeyLine]


class _Person(Stored):
    mails: tuple[Mail, ...]
    keys: tuple[KeyLine, ...] = ()
    roles: tuple[Role, ...] = ()
    deputy_for: tuple[Role, ...] = ()
    shared: bool = False


class _Attester(Stored):
    keys: tuple[KeyLine, ...]
    suites: tuple[Suite, ...] = ()
    checkpoints: bool = False
    person: Identifier | None = None


class _Suite(Stored):
    least_tests: int = Field(1, ge=1)
    greatest_age_hours: int = Field(168, ge=1)


class _File(Stored):
    root: _Roots
    people: Mapping[Identifier, _Person]
    attesters: Mapping[Identifier, _Attester]
    suites: Mapping[Suite, _Suite] = {}


def first_version(path: Path, environments: Mapping[str, Environment], now: datetime) -> Trust:
    """Version 1 of the root of trust, from an organisation's file and the specification's own gates.

    Raises ConfigurationError with every problem of the file, UsageError where its parts do not fit together.
    """
    file = _read(path)
    try:
        return Trust(
            version=1, previous=None, issued_at=now, expires_at=now + VALID,
            root=Root(
                keys=tuple(RootKey(holder=name, key=key) for name, key in file.root.holders.items()),
                threshold=file.root.threshold,
            ),
            people=_people(file, now),
            policy=default_policy(environments, _suites(file)),
        )  # fmt: skip
    except ValidationError as error:
        messages = [found["msg"].removeprefix("Value error, ") for found in error.errors(include_url=False)]
        raise UsageError("; ".join(messages), where=str(path)) from error
    except ValueError as error:
        raise UsageError(str(error), where=str(path)) from error


def _people(file: _File, now: datetime) -> People:
    return People(
        people=tuple(
            Person(**{**each.model_dump(), "keys": _keys(each.keys, now)}, name=name, valid_until=now + VALID)
            for name, each in file.people.items()
        ),
        attesters=tuple(
            Attester(**{**each.model_dump(), "keys": _keys(each.keys, now)}, name=name)
            for name, each in file.attesters.items()
        ),
    )


def _keys(keys: tuple[str, ...], now: datetime) -> tuple[Key, ...]:
    return tuple(Key(key=key, valid_after=now, valid_before=now + VALID) for key in keys)


def _suites(file: _File) -> dict[Suite, SuiteGate]:
    attested = dict.fromkeys(suite for each in file.attesters.values() for suite in each.suites)
    return {
        suite: SuiteGate(
            suite=suite,
            attesters=tuple(name for name, each in file.attesters.items() if suite in each.suites),
            **file.suites.get(suite, _Suite()).model_dump(),
        )
        for suite in attested
    }


def _read(path: Path) -> _File:
    node, problems = read(path, str(path))
    if node is None or problems:
        raise ConfigurationError(problems)
    try:
        return _File.model_validate(node.plain())
    except ValidationError as error:
        raise ConfigurationError(
            [_problem(node, str(path), found) for found in error.errors(include_url=False)]
        ) from error


def _problem(node: Node, file: str, found: Any) -> Problem:
    place = tuple(part for part in found["loc"] if part != "[key]")
    return Problem(file, node.at(place).line, shown(place), found["msg"].removeprefix("Value error, "))
