"""Evidence: a suite's result for a release in an environment, signed by an attester (namespace distro-evidence@v1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from infra.environment.operation import Suite
from promotion import signing
from promotion.people import People
from promotion.schema import Digest, Identifier, Line, Moment
from promotion.signing import Envelope, Predicate, Subject
from promotion.ssh import BadSignature, Namespace

Count = Annotated[int, Field(ge=0)]


class Evidence(Predicate):
    """What ran, where, as whom, and how it ended. Its subject is the release."""

    namespace: ClassVar[Namespace] = Namespace.EVIDENCE
    suite: Suite
    release: Digest
    environment: Literal["local", "dev", "staging", "prod"]
    attester: Identifier
    command: tuple[Line, ...] = Field(min_length=1)
    passed: Count
    failed: Count
    started_at: Moment
    finished_at: Moment

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.finished_at < self.started_at:
            raise ValueError("finished before it started")
        return self


@dataclass(frozen=True)
class Attested:
    """Evidence whose signature held: `digest` is the envelope's, `person` whose own the attester is, if anybody's."""

    evidence: Evidence
    digest: Digest
    person: str | None


def sign(evidence: Evidence, key: Path) -> Envelope:
    """Sign it with an attester's key. Raises UsageError where that fails."""
    return signing.sign(evidence, [Subject.of("release", evidence.release)], key)


def verify(data: bytes, people: People, at: datetime) -> Attested:
    """Read stored evidence, signed by the attester it names with a key that counts at `at`.

    Raises Malformed, BadSignature (changed, another namespace, swapped), NotAuthorised (unknown or expired key).
    """
    envelope = Envelope.parse(data, "evidence")
    found = signing.verify(envelope, Evidence, people.signers(), at)
    evidence = found.predicate
    if found.subjects != (Subject.of("release", evidence.release),):
        raise BadSignature("The evidence is about another release than it says.")
    if [signer.principal for signer in found.signers] != [evidence.attester]:
        raise BadSignature(f"The evidence says {evidence.attester} attests it, and others signed it.")
    attester = people.attester(evidence.attester)
    return Attested(evidence, envelope.digest(), attester.person if attester else None)


def oldest_first(attested: Sequence[Attested]) -> list[Attested]:
    """In the order in which the suites finished."""
    return sorted(attested, key=lambda each: (each.evidence.finished_at, each.digest))
