"""What the gates look at: everything about one promotion at one time, gathered beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from promotion.approval import Kind, RollbackTo, Scope, Signed
from promotion.authorship import Change, authors
from promotion.evidence import Attested
from promotion.policy import Gates
from promotion.schema import Digest, Target
from promotion.trust import Trust


@dataclass(frozen=True)
class Request:
    """The promotion itself. `requester` is a person's name; `noticed_at` when an emergency was announced."""

    id: str
    kind: Kind
    source: str
    target: Target
    requester: str
    noticed_at: datetime | None = None


@dataclass(frozen=True)
class Release:
    """What moves. `branches` are the protected branches that hold its commit; `changes` what it brings to the target.

    `deployed_before`: it has succeeded on this target once.
    """

    digest: Digest
    branches: tuple[str, ...]
    changes: tuple[Change, ...]
    deployed_before: bool = False


@dataclass(frozen=True)
class SourceState:
    """The environment it comes from: what runs there (None: no release), and its last look at its health."""

    release: Digest | None
    healthy: bool
    checked_at: datetime | None


@dataclass(frozen=True)
class TargetState:
    """The environment it goes to.

    `state` is the digest of the state as it is, `recorded` that of the last one on the record (None before any).
    `drifted` are resources that differ from it, None where nobody looked. `overdue_reviews` are emergencies without a
    review in time, `frozen` the reason for a freeze.
    """

    state: Digest
    recorded: Digest | None
    drifted: tuple[str, ...] | None
    frozen: str | None = None
    overdue_reviews: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The stored plan and the view of it. `stateful`: stateful resources that it replaces or deletes.

    `unknown`: properties that security depends on and that it leaves open. `starts_from` is the state it was made from.
    """

    digest: Digest
    view: Digest
    starts_from: Digest
    stateful: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rollback:
    """What a failure goes back to, and when that was tried in the source, if it was."""

    to: RollbackTo
    proven_at: datetime | None


@dataclass(frozen=True)
class Facts:
    """All of it, at `at` (the store's clock).

    `refused` are approvals and evidence that did not verify, each with the reason; `used` digests of approvals that a
    promotion has been applied with. `plan` is None before there is one. `first`: nothing runs on the target yet.
    """

    at: datetime
    request: Request
    trust: Trust
    release: Release
    source: SourceState
    target: TargetState
    plan: Plan | None
    rollback: Rollback | None
    evidence: tuple[Attested, ...] = ()
    approvals: tuple[Signed, ...] = ()
    refused: tuple[str, ...] = ()
    used: frozenset[Digest] = frozenset()
    first: bool = False

    @property
    def gates(self) -> Gates:
        """What the target asks."""
        return self.trust.policy.of(self.request.target)

    @cached_property
    def authors(self) -> Mapping[str, str]:
        """Names of all who had a part in the changes, with the part."""
        return authors(self.release.changes, self.trust.people)

    def scope(self, evidence: tuple[Digest, ...]) -> Scope | None:
        """What has to be approved now, with the evidence that counts; None while there is no plan."""
        if self.plan is None:
            return None
        return Scope(
            promotion=self.request.id,
            kind=self.request.kind,
            target=self.request.target,
            release=self.release.digest,
            plan=self.plan.digest,
            state=self.plan.starts_from,
            evidence=evidence,
            policy=self.gates.digest(),
            view=self.plan.view,
            rollback=self.rollback.to if self.rollback else None,
        )
