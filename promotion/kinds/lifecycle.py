"""A promotion's life: opened, planned, approved, started, step by step to its end."""

from __future__ import annotations

from typing import ClassVar, Literal

from infra.environment.operation import Role
from promotion.approval import Kind, RollbackTo
from promotion.entries import Entry, NotAllowed, Payload, Reference
from promotion.projection import OPEN, RUNNING, Approval, Projection, Promotion, State
from promotion.schema import Digest, Identifier, Line, Target


class OfPromotion(Payload):
    """Something about one promotion."""

    promotion: Line

    def of(self, projection: Projection) -> Promotion:
        """The promotion. Raises NotAllowed where none of this id was opened."""
        found = projection.promotions.get(self.promotion)
        if found is None:
            raise NotAllowed(f"No promotion {self.promotion} was opened before.")
        return found

    def needs(self, entry: Entry, projection: Projection, states: frozenset[State]) -> Promotion:
        """The promotion, in one of these states, into the entry's environment. Raises NotAllowed."""
        found = self.of(projection)
        if entry.environment != found.target:
            raise NotAllowed(f"{found.id} goes into {found.target}, the entry says {entry.environment}.")
        if found.state not in states:
            raise NotAllowed(f"{found.id} is {found.state}; {entry.kind} needs {' or '.join(sorted(states))}.")
        return found


class PromotionOpened(OfPromotion):
    """A promotion, a rollback or an emergency change was asked for; the actor is its requester."""

    kind: ClassVar[str] = "promotion-opened"
    way: Kind = "promotion"
    source: Literal["local", "dev", "staging", "prod", "shared"]
    target: Target
    release: Reference
    reason: Line | None = None

    def check(self, entry: Entry, projection: Projection) -> None:
        """Ids are used once."""
        if self.promotion in projection.promotions:
            raise NotAllowed(f"{self.promotion} was opened before.")
        if entry.environment != self.target:
            raise NotAllowed(f"It goes into {self.target}, the entry says {entry.environment}.")

    def apply(self, entry: Entry, projection: Projection) -> None:
        """Open it."""
        release = self.release.content
        opened = Promotion(self.promotion, self.source, self.target, release, entry.actor, self.way)
        projection.promotions[self.promotion] = opened


class PromotionPlanned(OfPromotion):
    """A plan, its view and the state it starts from (digest): what is approved. It voids the approvals before it.

    `excluded` are URNs that the plan was made without, `rollback` what a failed verification goes back to. `origins`
    are the commits that the releases were known to be made from: the view names what lies between them, and a later one
    with the same tree changes nothing of it.
    """

    kind: ClassVar[str] = "promotion-planned"
    plan: Reference
    view: Reference
    state: Digest
    excluded: tuple[Line, ...] = ()
    rollback: RollbackTo | None = None
    origins: tuple[Line, ...] = ()

    def check(self, entry: Entry, projection: Projection) -> None:
        """Before it is applied."""
        self.needs(entry, projection, OPEN)

    def apply(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002
        """The plan in force."""
        found = self.of(projection)
        found.state, found.plan, found.approvals = "planned", self.plan.content, {}


class ApprovalGiven(OfPromotion):
    """Somebody approved, in one role, the plan in force."""

    kind: ClassVar[str] = "approval-given"
    role: Role
    identity: Identifier
    plan: Digest
    approval: Reference

    def check(self, entry: Entry, projection: Projection) -> None:
        """The plan in force, used nowhere, another role and another person than every approval of it before."""
        found = self.needs(entry, projection, frozenset({"planned"}))
        if self.plan != found.plan:
            raise NotAllowed(f"{found.id} has another plan now than the one approved.")
        if self.approval.content in projection.spent or self.approval.content in found.approvals:
            raise NotAllowed("This approval is on the record already.")
        if self.identity == found.requester:
            raise NotAllowed(f"{self.identity} opened {found.id} and cannot approve it.")
        for other in found.approvals.values():
            if self.identity == other.identity or self.role == other.role:
                raise NotAllowed(f"{other.identity} approved {found.id} already, as {other.role}.")

    def apply(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002
        """One approval more."""
        approval = Approval(self.approval.content, self.role, self.identity)
        self.of(projection).approvals[approval.digest] = approval


class RequestRefused(Payload):
    """A request that a gate refused, for the record; it changes nothing, whatever it names."""

    kind: ClassVar[str] = "request-refused"
    request: Line
    gate: Line
    reason: Line
    decision: Reference | None = None


class PromotionRejected(OfPromotion):
    """Somebody rejected it, or its requester cancelled it."""

    kind: ClassVar[str] = "promotion-rejected"
    reason: Line

    def check(self, entry: Entry, projection: Projection) -> None:
        """Before it is applied."""
        self.needs(entry, projection, OPEN)

    def apply(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002
        """It is over."""
        self.of(projection).state = "rejected"


class PromotionStarted(OfPromotion):
    """Intent to apply the plan, under a lease, by a decision that is kept: the approvals named are used up by it."""

    kind: ClassVar[str] = "promotion-started"
    plan: Digest
    state: Digest
    decision: Reference
    approvals: tuple[Digest, ...]

    def check(self, entry: Entry, projection: Projection) -> None:
        """The plan in force, by approvals of it that were never used, with nothing else under way in the target."""
        found = self.needs(entry, projection, frozenset({"planned"}))
        if entry.token is None:
            raise NotAllowed(f"{found.id} was started without the lease of {found.target}.")
        if self.plan != found.plan:
            raise NotAllowed(f"{found.id} has another plan than the one started.")
        if len(set(self.approvals)) != len(self.approvals) or not set(self.approvals) <= set(found.approvals):
            raise NotAllowed(f"{found.id} was started with approvals that are not on its record.")
        if projection.spent & set(self.approvals):
            raise NotAllowed("An approval was used before.")
        if projection.running.get(found.target):
            raise NotAllowed(f"{projection.running[found.target]} is under way in {found.target}.")

    def apply(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002
        """Applying; its approvals are spent."""
        found = self.of(projection)
        found.state, found.used = "applying", tuple(found.approvals[digest] for digest in self.approvals)
        projection.spent |= set(self.approvals)
        projection.running[found.target] = found.id
        projection.states[found.target] = self.state


class PromotionStep(OfPromotion):
    """A step was begun; `state` is the target's digest then: a resumed promotion may start from it."""

    kind: ClassVar[str] = "promotion-step"
    step: Literal["applying", "verifying", "rolling-back"]
    state: Digest

    def check(self, entry: Entry, projection: Projection) -> None:
        """Under way, under a lease."""
        found = self.needs(entry, projection, RUNNING)
        if entry.token is None:
            raise NotAllowed(f"A step of {found.id} was taken without the lease of {found.target}.")

    def apply(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002
        """Where it is, and the state."""
        found = self.of(projection)
        found.state = "applying" if self.step == "applying" else "verifying"
        projection.states[found.target] = self.state


class PromotionEnded(OfPromotion):
    """How it ended. `deployed` is the digest of the release that runs then, None where no single one does.

    `detail` says why, where it did not succeed.
    """

    kind: ClassVar[str] = "promotion-ended"
    result: Literal["succeeded", "rolled-back", "failed", "expired"]
    state: Digest | None
    deployed: Digest | None
    detail: Line | None = None

    def check(self, entry: Entry, projection: Projection) -> None:
        """What was never started can expire only; what was started cannot."""
        expired = self.result == "expired"
        found = self.needs(entry, projection, OPEN if expired else RUNNING)
        if not expired and (entry.token is None or self.state is None):
            raise NotAllowed(f"{found.id} ended without lease or state.")
        if self.result == "succeeded" and self.deployed != found.release:
            raise NotAllowed(f"{found.id} succeeded, so {found.release} runs, not {self.deployed}.")

    def apply(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002
        """Its end."""
        found = self.of(projection)
        found.state = self.result
        if self.state is not None:
            projection.running.pop(found.target)
            projection.states[found.target] = self.state
            projection.deployed[found.target] = self.deployed


class EmergencyNoticed(OfPromotion):
    """The team was told of an emergency change; the wait before it counts from here (section 9.1)."""

    kind: ClassVar[str] = "emergency-noticed"
    reason: Line

    def check(self, entry: Entry, projection: Projection) -> None:
        """Before it is applied."""
        self.needs(entry, projection, OPEN)


class EmergencyReviewed(OfPromotion):
    """The review after an emergency change."""

    kind: ClassVar[str] = "emergency-reviewed"
    findings: Line

    def check(self, entry: Entry, projection: Projection) -> None:
        """After it was applied."""
        self.needs(entry, projection, frozenset({"succeeded", "rolled-back", "failed"}))
