"""Who may approve and attest: people with identities, keys, roles and deputies; attesters of test suites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from infra.environment.operation import Role, Suite
from promotion.public_key import PublicKey
from promotion.schema import Identifier, Moment, Stored
from promotion.ssh import Namespace, Signer

Mail = Annotated[str, Field(pattern=r"^[a-z0-9._%+-]+@[a-z0-9.-]+$", max_length=200)]


class Key(Stored):
    """A public key and when it counts; revoking it moves `valid_before` (not included) to that moment."""

    key: PublicKey
    valid_after: Moment
    valid_before: Moment

    def ended(self, at: datetime) -> Key:
        """It, ended at that time, unless it has ended before."""
        return self.model_copy(update={"valid_before": min(self.valid_before, at)})


class KeyHolder(Stored):
    """A name and its keys."""

    name: Identifier
    keys: tuple[Key, ...] = ()

    def ended(self, at: datetime) -> Self:
        """It, with all that it may ended at that time."""
        return self.with_keys(key.ended(at) for key in self.keys)

    def with_keys(self, keys: Iterable[Key]) -> Self:
        """It, with other keys."""
        return self.model_copy(update={"keys": tuple(keys)})


class Person(KeyHolder):
    """Somebody. `mails` are those of their commits, in lower case.

    `shared`: several people stand behind it (a bot, a common account): it is known, and never approves (8.1, C-86).
    """

    mails: tuple[Mail, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = ()
    deputy_for: tuple[Role, ...] = ()
    valid_until: Moment
    shared: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.shared and (self.keys or self.roles or self.deputy_for):
            raise ValueError(f"{self.name} is shared: it has no keys and no roles")
        if set(self.roles) & set(self.deputy_for):
            raise ValueError(f"{self.name} is deputy for a role of their own")
        return self

    def ended(self, at: datetime) -> Self:
        """Them, with all their rights ended at that time."""
        return super().ended(at).model_copy(update={"valid_until": min(self.valid_until, at)})

    def signers(self) -> Iterator[Signer]:
        """Their keys, for approvals and orders to freeze."""
        for key in self.keys:
            before = min(key.valid_before, self.valid_until)
            yield Signer(self.name, key.key, (Namespace.APPROVAL, Namespace.FREEZE), key.valid_after, before)


class Attester(KeyHolder):
    """What signs results of suites, and (`checkpoints`) the ledger's head. `person`: whose own it is, if anybody's."""

    suites: tuple[Suite, ...] = ()
    checkpoints: bool = False
    person: Identifier | None = None

    def signers(self) -> Iterator[Signer]:
        """Its keys, for what it may sign."""
        evidence = (Namespace.EVIDENCE,) if self.suites else ()
        checkpoint = (Namespace.CHECKPOINT,) if self.checkpoints else ()
        for key in self.keys:
            yield Signer(self.name, key.key, (*evidence, *checkpoint), key.valid_after, key.valid_before)


class People(Stored):
    """Everybody who is known. No name, mail or key belongs to two."""

    people: tuple[Person, ...] = Field(min_length=1)
    attesters: tuple[Attester, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _once("name", (each.name for each in self.everybody()))
        _once("mail", (mail for person in self.people for mail in person.mails))
        _once("key", self.keys())
        known = {person.name for person in self.people}
        for attester in self.attesters:
            if attester.person and attester.person not in known:
                raise ValueError(f"{attester.name} belongs to {attester.person}, who is nobody here")
        return self

    def everybody(self) -> tuple[Person | Attester, ...]:
        """People, then attesters."""
        return (*self.people, *self.attesters)

    def keys(self) -> Iterator[str]:
        """All keys of all."""
        return (key.key for each in self.everybody() for key in each.keys)

    def signers(self) -> tuple[Signer, ...]:
        """Every key with its owner, purpose and validity: what allowed_signers is made from."""
        return tuple(signer for each in self.everybody() for signer in each.signers())

    def person(self, name: str) -> Person | None:
        """The person of a name."""
        return next((person for person in self.people if person.name == name), None)

    def identities(self) -> Mapping[str, str]:
        """Whose each mail address is: from `identity` of it to the name."""
        return {mail: person.name for person in self.people for mail in person.mails}

    def attester(self, name: str) -> Attester | None:
        """The attester of a name."""
        return next((attester for attester in self.attesters if attester.name == name), None)

    def holders(self, role: Role, at: datetime) -> tuple[Person, ...]:
        """Who has a role at that time, and a key to use it with."""
        return tuple(person for person in self.people if role in person.roles and can_sign(person, at))

    def deputies(self, role: Role, at: datetime) -> tuple[Person, ...]:
        """Who stands in for a role at that time, and has a key to do it with."""
        return tuple(person for person in self.people if role in person.deputy_for and can_sign(person, at))


def identity(mail: str) -> str:
    """A mail address of a commit as people state theirs: git keeps what was typed."""
    return mail.strip().lower()


def can_sign(person: Person, at: datetime) -> bool:
    """Whether any key of theirs counts at that time."""
    return any(signer.valid_after <= at < signer.valid_before for signer in person.signers())


def _once(what: str, values: Iterable[str]) -> None:
    twice = [value for value, times in Counter(values).items() if times > 1]
    if twice:
        raise ValueError(f"a {what} is given twice: {', '.join(twice)}")
