"""Changes of who is who: a new version of the people from the one before.

Nobody is taken out: commits and entries of the past name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from infra.environment.operation import Role
from infra.errors import UsageError
from promotion.organisation import VALID
from promotion.people import Attester, Key, KeyHolder, People, Person
from promotion.public_key import fingerprint

T = TypeVar("T", bound=KeyHolder)


@dataclass(frozen=True)
class Joining:
    """What somebody gets beside what they have; `until` is when all of it ends."""

    name: str
    mails: Sequence[str]
    keys: Sequence[str]
    roles: Sequence[Role]
    deputy_for: Sequence[Role]
    until: datetime


def add(people: People, joining: Joining, now: datetime) -> People:
    """Somebody new, or more for somebody who is known. Raises UsageError where it makes no sense."""
    keys = tuple({"key": key, "valid_after": now, "valid_before": joining.until} for key in joining.keys)
    known = people.person(joining.name)
    before: dict[str, Any] = known.model_dump() if known else {"name": joining.name}
    try:
        person = Person.model_validate({
            **before,
            "mails": _more(before, "mails", joining.mails),
            "keys": (*before.get("keys", ()), *keys),
            "roles": _more(before, "roles", joining.roles),
            "deputy_for": _more(before, "deputy_for", joining.deputy_for),
            "valid_until": joining.until,
        })  # fmt: skip
    except ValidationError as error:
        raise UsageError(f"{joining.name}: {_reason(error)}.") from error
    others = [each for each in people.people if each.name != joining.name]
    return _checked([*others, person], people.attesters)


def revoke(people: People, name: str, key: str | None, now: datetime) -> People:
    """End a key (by its fingerprint), or with None everything that somebody has, from `now` on.

    Raises UsageError for an unknown name or key, and where it has ended already.
    """
    if people.person(name) is None and people.attester(name) is None:
        raise UsageError(f"{name} is nobody here.", hint="`distro people list` has the names.")
    persons = tuple(_revoked(each, key, now) if each.name == name else each for each in people.people)
    attesters = tuple(_revoked(each, key, now) if each.name == name else each for each in people.attesters)
    changed = People(people=persons, attesters=attesters)
    if changed == people:
        raise UsageError(f"{name} has no {f'key {key} that counts' if key else 'rights'} any more.")
    return changed


def renew(people: People, now: datetime) -> People:
    """Everybody and every key that counts now, for another year."""
    persons = (_kept(person, now) for person in people.people)
    return People(
        people=tuple(
            each.model_copy(update={"valid_until": now + VALID}) if each.valid_until > now else each for each in persons
        ),
        attesters=tuple(_kept(each, now) for each in people.attesters),
    )


def restate(people: People, stated: People, now: datetime) -> People:
    """What `stated` says, with the times of what is known already; what it leaves out ends, and stays known.

    Raises UsageError where it states a key that has ended (a revoked key never counts again), or anything of two.
    """
    return _checked(_merged(people.people, stated.people, now), _merged(people.attesters, stated.attesters, now))


def _revoked(known: T, key: str | None, now: datetime) -> T:
    if key is None:
        return known.ended(now)
    return known.with_keys([each.ended(now) if fingerprint(each.key) == key else each for each in known.keys])


def _kept(known: T, now: datetime) -> T:
    return known.with_keys([_longer(key, now) for key in known.keys])


def _longer(key: Key, now: datetime) -> Key:
    return key.model_copy(update={"valid_before": now + VALID}) if key.valid_before > now else key


def _merged(known: Sequence[T], stated: Sequence[T], now: datetime) -> tuple[T, ...]:
    before: dict[str, T] = {each.name: each for each in known}
    kept = [_again(each, before.pop(each.name, None), now) for each in stated]
    return (*kept, *(each.ended(now) for each in before.values()))


def _again(stated: T, known: T | None, now: datetime) -> T:
    had: dict[str, Key] = {key.key: key for key in known.keys} if known else {}
    keys: list[Key] = [_longer(had.get(key.key, key), now) for key in stated.keys]
    for key in keys:
        if key.valid_before <= now:
            raise UsageError(f"{stated.name}: key {fingerprint(key.key)} has ended.", hint="State a new key.")
    left = [key.ended(now) for key in had.values() if key.key not in {each.key for each in keys}]
    return stated.with_keys([*keys, *left])


def _checked(people: Sequence[Person], attesters: Sequence[Attester]) -> People:
    try:
        return People(people=tuple(people), attesters=tuple(attesters))
    except ValidationError as error:
        raise UsageError(f"{_reason(error)}.") from error


def _more(before: dict[str, Any], field: str, added: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before.get(field, ()), *added)))


def _reason(error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    place = ".".join(map(str, found["loc"]))
    return f"{place}: {found['msg']}" if place else found["msg"]
