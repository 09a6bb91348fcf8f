"""Who may approve: holders of the role who had no hand in it; deputies when no holder may."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product

from infra.environment.operation import Role
from promotion.authorship import strangers
from promotion.facts import Facts
from promotion.people import Person


def unknown(facts: Facts) -> tuple[str, ...]:
    """Identities that belong to nobody: of commits, by mail address, and of the requester. Sorted."""
    people, requester = facts.trust.people, facts.request.requester
    found = strangers(facts.release.changes, people)
    return tuple(sorted(found if people.person(requester) else found | {requester}))


def hand_in_it(person: str, facts: Facts) -> str | None:
    """What bars somebody from approving: `requester`, `author of 2 commits`; None where nothing does."""
    return "requester" if person == facts.request.requester else facts.authors.get(person)


def candidates(role: Role, facts: Facts, taken: Collection[str] = ()) -> tuple[Person, ...]:
    """Who may still approve as `role`; `taken` approve in another role. Deputies where no holder may."""
    people, barred = facts.trust.people, {*facts.authors, facts.request.requester, *taken}
    for group in (people.holders(role, facts.at), people.deputies(role, facts.at)):
        free = tuple(each for each in group if each.name not in barred)
        if free:
            return free
    return ()


def can_be_met(roles: Collection[Role], facts: Facts, taken: Collection[str]) -> bool:
    """Whether there are enough people left: another one for each of the roles."""
    choices = [[person.name for person in candidates(role, facts, taken)] for role in roles]
    return any(len(set(chosen)) == len(chosen) for chosen in product(*choices))
