"""Who may work on an environment: its deployment role, and the people of it (sections 0.2, 2.2, 8.1; C-06, C-86).

Dev, staging and prod are in one account: what separates them are names, tags, and the boundary of every role
(boundary.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import iam_deployment, iam_people, policies, roles
from infra.aws.scope import Component, Scope
from infra.environment import Environment

_HOUR = 3600


@dataclass(frozen=True)
class IamArgs:
    """The environment."""

    scope: Scope
    environment: Environment


class Iam(Component):
    """The roles of an environment."""

    def __init__(self, name: str, args: IamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.deployment = self._deployment()
        self.people = {role.name: self._people(role) for role in iam_people.roles(args.scope, args.environment)}
        self.register_outputs({})

    def _deployment(self) -> aws.iam.Role:
        """For pipelines: they prove by the tag of their own principal which environment they may deploy."""
        tagged = {"StringEquals": {"aws:PrincipalTag/distro-deploys": self.scope.environment}}
        statements = iam_deployment.statements(self.scope, self.args.environment)
        return self._role("deployment", "service", self._trust(tagged), statements)

    def _people(self, person: iam_people.PeopleRole) -> aws.iam.Role:
        """For people: with a second factor wherever the account holds more than an emulator (C-86)."""
        tagged = {"StringEquals": {"aws:PrincipalTag/distro-role": person.name}}
        mfa = self.args.environment.security.mfa
        factor = {"Bool": {"aws:MultiFactorAuthPresent": "true"}} if mfa else {}
        statements = (*person.statements, *iam_people.only_with_mfa(enforced=mfa))
        return self._role(person.name, "human", self._trust({**tagged, **factor}), statements)

    def _trust(self, conditions: policies.Conditions) -> str:
        account = {"AWS": f"arn:aws:iam::{self.scope.account}:root"}
        return policies.document(
            policies.Statement("Assume", ["sts:AssumeRole"], principals=account, conditions=conditions)
        )

    def _role(self, label: str, kind: str, trust: str, statements: tuple[policies.Statement, ...]) -> aws.iam.Role:
        grants = roles.Grants("security", trust, statements, tags={"principal": kind}, session_seconds=_HOUR)
        return roles.role(self, label, grants).role
