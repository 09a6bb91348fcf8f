"""Approvals: one person, one role, exactly one promotion as it was shown (namespace distro-approval@v1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from infra.environment.operation import Role
from promotion import signing
from promotion.people import People
from promotion.schema import Digest, Identifier, Line, Moment, Stored, Target
from promotion.signing import Envelope, Predicate, Subject
from promotion.ssh import BadSignature, Namespace

Kind = Literal["promotion", "rollback", "emergency"]


class RollbackTo(Stored):
    """What a failed verification goes back to by itself: the release, and the stateful resources it leaves alone."""

    release: Digest
    kept: tuple[Line, ...] = ()


class Scope(Stored):
    """All that an approval is for, by digest. Two scopes are the same thing to approve, or they are not."""

    promotion: Line
    kind: Kind
    target: Target
    release: Digest
    plan: Digest
    state: Digest
    evidence: tuple[Digest, ...]
    policy: Digest
    view: Digest
    rollback: RollbackTo | None


class Approval(Predicate):
    """`person` approves `scope` as `role`, until `expires_at` (not included)."""

    namespace: ClassVar[Namespace] = Namespace.APPROVAL
    scope: Scope
    person: Identifier
    role: Role
    issued_at: Moment
    expires_at: Moment
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.expires_at <= self.issued_at:
            raise ValueError("expires before it is issued")
        return self


@dataclass(frozen=True)
class Signed:
    """An approval whose signature held: `digest` is the envelope's, `key` the fingerprint it was signed with."""

    approval: Approval
    digest: Digest
    key: str


def sign(approval: Approval, key: Path) -> Envelope:
    """Sign it with the person's key. Raises UsageError where that fails."""
    return signing.sign(approval, _subjects(approval.scope), key)


def verify(data: bytes, people: People, at: datetime) -> Signed:
    """Read a stored approval, signed by the person it names with a key that counts at `at`.

    Raises Malformed, BadSignature (changed, another namespace, somebody else's), NotAuthorised (unknown, revoked or
    expired key). Whether it is enough is for the gates to say.
    """
    envelope = Envelope.parse(data, "approval")
    found = signing.verify(envelope, Approval, people.signers(), at)
    approval = found.predicate
    if found.subjects != tuple(_subjects(approval.scope)):
        raise BadSignature("The approval is about something else than it says.")
    if [signer.principal for signer in found.signers] != [approval.person]:
        raise BadSignature(f"The approval says {approval.person} gives it, and others signed it.")
    return Signed(approval, envelope.digest(), found.signers[0].fingerprint)


def other(approved: Scope, expected: Scope) -> Iterator[str]:
    """What the approval was given for that is not what stands here now, as names of fields."""
    for name in Scope.model_fields:
        if getattr(approved, name) != getattr(expected, name):
            yield name


def _subjects(scope: Scope) -> list[Subject]:
    return [Subject.of("release", scope.release), Subject.of("plan", scope.plan)]
