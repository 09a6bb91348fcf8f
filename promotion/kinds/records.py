"""Signed objects that come on the record: the root of trust, checkpoints, evidence."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from infra.environment.operation import Suite
from promotion.entries import Entry, NotAllowed, Payload, Reference
from promotion.projection import Projection
from promotion.schema import Digest


class TrustChanged(Payload):
    """A new version of the policy and the people; versions go up by one."""

    kind: ClassVar[str] = "trust-changed"
    version: Annotated[int, Field(ge=1)]
    document: Reference

    def check(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002 -- one signature for every kind
        """The version after the one in force."""
        if self.version != projection.trust + 1:
            raise NotAllowed(f"Version {self.version} of the trust cannot follow version {projection.trust}.")

    def apply(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002
        """It is in force from here on."""
        projection.trust = self.version


class CheckpointSigned(Payload):
    """The entry before this one, or one before that, was signed as the head: a checkpoint cannot vanish."""

    kind: ClassVar[str] = "checkpoint-signed"
    checkpoint: Reference


class EvidenceRecorded(Payload):
    """A suite's signed result for a release, which is named by its digest; `environment` is where it ran."""

    kind: ClassVar[str] = "evidence-recorded"
    suite: Suite
    release: Digest
    environment: Literal["local", "dev", "staging", "prod"]
    evidence: Reference
