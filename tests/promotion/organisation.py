"""A small organisation: people with real keys, an attester, root holders; and a promotion with every gate open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from infra.environment.operation import Role, Suite
from infra.specification import load_all
from promotion import approval, evidence
from promotion.approval import Approval, RollbackTo, Scope
from promotion.authorship import Change
from promotion.decision import Decision
from promotion.evidence import Evidence
from promotion.facts import Facts, Plan, Release, Request, Rollback, SourceState, TargetState
from promotion.gate import decide
from promotion.people import Attester, Key, People, Person
from promotion.policy import Policy, SuiteGate, default_policy
from promotion.schema import digest_of
from promotion.signing import Envelope
from promotion.trust import Root, RootKey, Trust
from tests.promotion.keys import NOW, YEAR, Keys

HOUR = timedelta(hours=1)
STATE, PLAN, VIEW, RELEASE, BEFORE = (
    digest_of(name.encode()) for name in ("state", "plan", "view", "release", "before")
)
SUITES: dict[Suite, SuiteGate] = {
    suite: SuiteGate(suite=suite, attesters=("ci",)) for suite in ("unit", "integration", "regression")
}
ROLES: dict[str, tuple[Role, ...]] = {
    "dana": ("product-manager",),
    "adrian": ("engineering-lead",),
    "tess": ("team-lead",),
    "omar": ("on-call",),
    "both": ("product-manager", "engineering-lead"),
    "sam": ("engineering-lead", "team-lead"),
    "kim": ("product-manager",),
    "rita": ("product-manager", "engineering-lead"),
    "dev": (),
}
DEPUTIES: dict[str, tuple[Role, ...]] = {"lee": ("engineering-lead", "product-manager")}


@dataclass(frozen=True)
class Organisation:
    """Sam authored, kim committed or co-authored, rita asked for it."""

    keys: Keys

    def key(self, name: str) -> Key:
        return Key(key=self.keys.public(name), valid_after=NOW - YEAR, valid_before=NOW + YEAR)

    def person(self, name: str, /, **changes: Any) -> Person:
        given: dict[str, Any] = {
            "name": name, "mails": (f"{name}@example.org",), "keys": (self.key(name),), "roles": ROLES.get(name, ()),
            "deputy_for": DEPUTIES.get(name, ()), "valid_until": NOW + YEAR,
        }  # fmt: skip
        return Person(**{**given, **changes})

    @cached_property
    def people(self) -> People:
        everybody = [self.person(name) for name in (*ROLES, *DEPUTIES)]
        bot = Person(name="bot", mails=("bot@example.org",), valid_until=NOW + YEAR, shared=True)
        attesters = (
            Attester(name="ci", keys=(self.key("ci"),), suites=("unit", "integration", "regression"), checkpoints=True),
            Attester(name="sams-laptop", keys=(self.key("laptop"),), suites=("regression",), person="sam"),
            Attester(name="night", keys=(self.key("night"),), suites=("unit",)),
        )
        return People(people=(*everybody, bot), attesters=attesters)

    @cached_property
    def policy(self) -> Policy:
        found = default_policy(load_all().environments, SUITES)
        prod = found.of("prod")
        suites = (prod.suites[0].model_copy(update={"attesters": ("ci", "sams-laptop"), "least_tests": 10}),)
        return Policy(targets=(*found.targets[:2], prod.model_copy(update={"suites": suites})))

    @cached_property
    def root(self) -> Root:
        held = tuple(RootKey(holder=name, key=self.keys.public(f"root-{name}")) for name in ("ann", "bob", "cas"))
        return Root(keys=held, threshold=2)

    @cached_property
    def trust(self) -> Trust:
        return Trust(
            version=1, previous=None, issued_at=NOW - 24 * HOUR, expires_at=NOW + YEAR, root=self.root,
            people=self.people, policy=self.policy,
        )  # fmt: skip

    @cached_property
    def facts(self) -> Facts:
        """Staging to prod with every gate open but the approvals'."""
        return Facts(
            at=NOW,
            request=Request("prm-0192", "promotion", "staging", "prod", "rita"),
            trust=self.trust,
            release=Release(RELEASE, ("staging",), (Change("4f2a91c", "sam@example.org", "kim@example.org"),)),
            source=SourceState(RELEASE, healthy=True, checked_at=NOW - HOUR),
            target=TargetState(STATE, STATE, ()),
            plan=Plan(PLAN, VIEW, STATE),
            rollback=Rollback(RollbackTo(release=BEFORE), NOW - HOUR),
            evidence=(evidence.verify(self.evidence().canonical(), self.people, NOW),),
        )

    def evidence(self, key: str = "ci", **changes: Any) -> Envelope:
        given: dict[str, Any] = {
            "suite": "regression", "release": RELEASE, "environment": "staging", "attester": "ci",
            "command": ("pytest", "tests"), "passed": 412, "failed": 0, "started_at": NOW - 4 * HOUR,
            "finished_at": NOW - 3 * HOUR,
        }  # fmt: skip
        return evidence.sign(Evidence(**{**given, **changes}), self.keys.private(key))

    def approval(self, person: str, role: Role, scope: Scope | None = None, key: str = "", **changes: Any) -> Envelope:
        """Signed by `key`, else by the person's own."""
        scope = scope or decide(self.facts).scope
        given: dict[str, Any] = {
            "scope": scope, "person": person, "role": role, "issued_at": NOW - HOUR, "expires_at": NOW + HOUR,
            "nonce": "0" * 32,
        }  # fmt: skip
        return approval.sign(Approval(**{**given, **changes}), self.keys.private(key or person))

    def decide(self, facts: Facts, *approvals: Envelope) -> Decision:
        """The decision with approvals as the store has them: verified with the people's keys."""
        found = tuple(approval.verify(each.canonical(), facts.trust.people, facts.at) for each in approvals)
        return decide(replace(facts, approvals=found))
