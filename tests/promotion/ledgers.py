"""A ledger on a file store, its parts within reach of a test."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from infra.environment.operation import Role
from promotion.anchor import Anchor, FileAnchor
from promotion.audit import Proof, Verdict, verify
from promotion.chain import Claim
from promotion.entries import Entry, Reference
from promotion.kinds import environments, lifecycle
from promotion.ledger import Ledger
from promotion.memory import Memory
from promotion.schema import digest_of
from promotion.store import Exists, Store

RELEASE = digest_of(b"a release")
APPROVERS: tuple[tuple[Role, str], ...] = (("product-manager", "dana"), ("engineering-lead", "lee"))


@dataclass(frozen=True)
class Place:
    """Store, anchor and memory of one client, in one folder."""

    folder: Path

    @cached_property
    def store(self) -> Store:
        return Store.open(f"file://{self.folder}/store")

    @cached_property
    def anchor(self) -> Anchor:
        return FileAnchor(self.folder / "anchor")

    @cached_property
    def memory(self) -> Memory:
        return Memory(self.folder / "memory")

    def ledger(self) -> Ledger:
        """As a new process sees it."""
        return Ledger(self.store, self.anchor, self.memory)

    def verify(self, *, proofs: tuple[Proof, ...] = ()) -> Verdict:
        """The audit, held against anchor and memory."""
        claims = [Claim(self.anchor.read().head, "the anchor"), Claim(self.memory.head, "this client")]
        return verify(self.store, claims, proofs=proofs)

    def file(self, number: int) -> Path:
        return self.folder / "store" / "ledger" / f"{number:012d}.json"

    def put(self, name: str, data: bytes) -> Reference:
        """An object that a payload may bind."""
        self.store.create(name, data)
        return Reference(path=name, content=digest_of(data))


@dataclass(frozen=True)
class Token:
    """A fence that holds always."""

    token: int = 1

    def check(self) -> None:
        pass


def freeze(ledger: Ledger, reason: str = "a reason") -> Entry:
    return ledger.append(environments.Frozen(reason=reason), environment="prod", actor="sam")


def promote(place: Place, ledger: Ledger, name: str, token: int = 1) -> None:
    """A whole promotion into prod: opened, planned, approved twice, started, ended."""
    plan, view = (place.put(f"plans/{name}.{part}", f"{part} of {name}".encode()) for part in ("plan", "view"))
    state = digest_of(name.encode())
    release = Reference(path="releases/rel-1/release.json", content=RELEASE)
    with suppress(Exists):
        place.put(release.path, b"a release")
    approvals = [place.put(f"approvals/{name}/{who}", f"{who} approves {name}".encode()) for _, who in APPROVERS]
    decision = place.put(f"promotions/{name}.decision", f"decision on {name}".encode())
    for payload in (
        lifecycle.PromotionOpened(promotion=name, source="staging", target="prod", release=release),
        lifecycle.PromotionPlanned(promotion=name, plan=plan, view=view, state=state),
        *(
            lifecycle.ApprovalGiven(promotion=name, role=role, identity=who, plan=plan.content, approval=approval)
            for (role, who), approval in zip(APPROVERS, approvals, strict=True)
        ),
    ):
        ledger.append(payload, environment="prod", actor="sam")
    for payload in (
        lifecycle.PromotionStarted(
            promotion=name, plan=plan.content, state=state, decision=decision,
            approvals=tuple(each.content for each in approvals),
        ),
        lifecycle.PromotionStep(promotion=name, step="verifying", state=state),
        lifecycle.PromotionEnded(promotion=name, result="succeeded", state=state, deployed=RELEASE),
    ):  # fmt: skip
        ledger.append(payload, environment="prod", actor="sam", fence=Token(token))
