"""What a version of the root of trust changes, as a root holder is shown it before signing."""

from __future__ import annotations

from collections.abc import Sequence

from promotion.people import Key, Person
from promotion.public_key import fingerprint
from promotion.trust import Trust


def differences(before: Trust | None, after: Trust) -> list[str]:
    """What a new version changes, a line each: what is no more with `-`, what is new with `+`."""
    old, new = (_lines(each) if each else [] for each in (before, after))
    return [f"- {line}" for line in old if line not in new] + [f"+ {line}" for line in new if line not in old]


def _lines(trust: Trust) -> list[str]:
    root = [f"root holder {each.holder}: {fingerprint(each.key)}" for each in trust.root.keys]
    people = [line for each in trust.people.people for line in _person(each)]
    attesters = [
        f"attester {each.name}: {', '.join(each.suites)}; checkpoints {each.checkpoints}; {_keys(each.keys)}"
        for each in trust.people.attesters
    ]
    gates = [f"policy {each.target}: {each.canonical().decode()}" for each in trust.policy.targets]
    return [*root, f"root threshold {trust.root.threshold}", *people, *attesters, *gates]


def _person(person: Person) -> list[str]:
    deputy = f"; deputy for {', '.join(person.deputy_for)}" if person.deputy_for else ""
    roles = ", ".join(person.roles) or ("shared, never approves" if person.shared else "no role")
    return [
        f"{person.name}: {roles}{deputy}; {', '.join(person.mails)}; until {person.valid_until:%Y-%m-%d %H:%M}",
        *(f"{person.name}: key {_key(key)}" for key in person.keys),
    ]


def _keys(keys: Sequence[Key]) -> str:
    return ", ".join(map(_key, keys))


def _key(key: Key) -> str:
    return f"{fingerprint(key.key)} from {key.valid_after:%Y-%m-%d %H:%M} until {key.valid_before:%Y-%m-%d %H:%M}"
