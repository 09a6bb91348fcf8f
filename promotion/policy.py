"""What each target asks of a promotion into it. The defaults are the document's own gates (sections 1.2 and 9.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from infra.environment.environment import Environment
from infra.environment.operation import Emergency, Role, Suite, Window
from promotion.schema import Identifier, Line, Stored, Target

Source = Literal["local", "dev", "staging"]
Gated = Literal["dev", "staging", "prod"]
Hours = Annotated[int, Field(ge=1, le=24 * 31)]


class SuiteGate(Stored):
    """A suite that must have passed in the source, and what makes its result count."""

    suite: Suite
    attesters: tuple[Identifier, ...] = Field(min_length=1)
    least_tests: int = Field(1, ge=1)
    greatest_age_hours: Hours = 168


_ANY = tuple(SuiteGate(suite=suite, attesters=("any",)) for suite in get_args(Suite))


class Gates(Stored):
    """The gates of one target. A role named in `approvals` is another person's each.

    `rollback` are the approvals of a rollback that somebody asks for, `freeze` the roles that freeze and unfreeze. An
    emergency is reviewed within `review_hours`. `known_values`: what security depends on must be known in the plan.
    """

    target: Gated
    source: Source
    branch: Line | None
    approvals: tuple[Role, ...]
    suites: tuple[SuiteGate, ...] = Field(min_length=1)
    approval_hours: Hours = 24
    source_health_hours: Annotated[int, Field(ge=1, le=48)] = 48
    rollback: tuple[Role, ...]
    rollback_plan: bool
    freeze: tuple[Role, ...]
    window: Window | None
    emergency: Emergency | None
    review_hours: Hours = 24
    known_values: bool

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for roles in (self.approvals, self.rollback, self.emergency.approvals if self.emergency else ()):
            if len(set(roles)) < len(roles):
                raise ValueError("names a role twice")
        if len({gate.suite for gate in self.suites}) < len(self.suites):
            raise ValueError("names a suite twice")
        return self


class Policy(Stored):
    """The gates of dev, staging and prod; `shared` is under prod's."""

    targets: tuple[Gates, ...]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if [gates.target for gates in self.targets] != ["dev", "staging", "prod"]:
            raise ValueError("must have dev, staging and prod, in this order")
        return self

    def of(self, target: Target) -> Gates:
        """The gates of a target."""
        name = "prod" if target == "shared" else target
        return next(gates for gates in self.targets if gates.target == name)


def default_policy(environments: Mapping[str, Environment], suites: Mapping[Suite, SuiteGate]) -> Policy:
    """The document's own gates, with what it leaves open of each suite.

    Raises ValueError where an environment has no promotion, or a suite that it asks for is not in `suites`.
    """
    return Policy(targets=tuple(_gates(name, environments[name], suites) for name in ("dev", "staging", "prod")))


def shortfalls(policy: Policy, environments: Mapping[str, Environment]) -> Iterator[str]:
    """Where a policy asks less than the document does: each as one sentence."""
    for gates in policy.targets:
        asked = _gates(gates.target, environments[gates.target], {gate.suite: gate for gate in _ANY})
        for name in ("source", "branch", "window", "emergency"):
            if getattr(gates, name) != getattr(asked, name):
                yield f"{gates.target}: {name} is not the specification's."
        for name in ("approvals", "rollback"):
            lacking = set(getattr(asked, name)) - set(getattr(gates, name))
            yield from (f"{gates.target}: {name} lacks {role}." for role in sorted(lacking))
        suites = {gate.suite for gate in gates.suites}
        yield from (
            f"{gates.target}: lacks the suite {gate.suite}." for gate in asked.suites if gate.suite not in suites
        )
        for name in ("rollback_plan", "known_values"):
            if getattr(asked, name) and not getattr(gates, name):
                yield f"{gates.target}: {name} is off."


def _gates(target: Gated, environment: Environment, suites: Mapping[Suite, SuiteGate]) -> Gates:
    promotion, maintenance = environment.promotion, environment.maintenance
    if promotion is None:
        raise ValueError(f"{target} has no promotion in its specification")
    for suite in promotion.suites:
        if suite not in suites:
            raise ValueError(f"nobody attests the suite {suite}, which {target} asks for")
    # Who may change it outside of the ordinary way may also take a change back.
    rollback = maintenance.emergency.approvals if maintenance.emergency else promotion.approvals
    return Gates(
        target=target,
        source=promotion.source,
        branch=promotion.branch,
        approvals=promotion.approvals,
        suites=tuple(suites[suite] for suite in promotion.suites),
        rollback=rollback,
        rollback_plan=maintenance.rollback_plan,
        freeze=promotion.approvals,
        window=maintenance.window,
        emergency=maintenance.emergency,
        known_values=bool(promotion.approvals),
    )
