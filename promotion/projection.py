"""What follows from the ledger, and from nothing else: promotions, approvals used, freezes, states, fencing tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal[
    "blocked", "planned", "applying", "verifying", "succeeded", "rolled-back", "failed", "rejected", "expired"
]
"""States of a promotion, as the command line names them."""

OPEN: frozenset[State] = frozenset({"blocked", "planned"})
RUNNING: frozenset[State] = frozenset({"applying", "verifying"})


@dataclass(frozen=True)
class Approval:
    """An approval on the record; `digest` is that of its signed envelope."""

    digest: str
    role: str
    identity: str


@dataclass
class Promotion:
    """One promotion. `release` is a digest; `approvals`, by digest, are of the plan in force: a new one voids them."""

    id: str
    source: str
    target: str
    release: str
    requester: str
    way: str
    state: State = "blocked"
    plan: str | None = None
    approvals: dict[str, Approval] = field(default_factory=dict)
    used: tuple[Approval, ...] = ()


@dataclass
class Projection:
    """The ledger, folded. Digests are `sha256:…`; `deployed` has None where what runs is no one release."""

    at: datetime | None = None
    promotions: dict[str, Promotion] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    tokens: dict[str, int] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    frozen: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    deployed: dict[str, str | None] = field(default_factory=dict)
    running: dict[str, str] = field(default_factory=dict)
    operations: dict[str, str] = field(default_factory=dict)
    trust: int = 0

    def state(self, environment: str) -> str | None:
        """Digest of the state that was recorded last; None before the first."""
        return self.states.get(environment)

    def open_in(self, target: str) -> Mapping[str, Promotion]:
        """Promotions into an environment that are not at their end, by id."""
        going = OPEN | RUNNING
        return {each.id: each for each in self.promotions.values() if each.target == target and each.state in going}
