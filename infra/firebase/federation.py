"""Keyless access from AWS: roles of this environment act as service accounts, and no key exists (C-72)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_gcp as gcp

from infra.firebase.component import Component, Place

if TYPE_CHECKING:
    import pulumi

# The role without its session: arn:aws:sts::<account>:assumed-role/<role>
_ROLE = "assertion.arn.extract('{head}assumed-role/') + 'assumed-role/' + assertion.arn.extract('assumed-role/{role}/')"


@dataclass(frozen=True)
class Identity:
    """A service account, the roles it has on the project, and the AWS roles that may act as it."""

    account: str
    """Its id, 6 to 30 letters, digits and hyphens."""
    purpose: str
    project_roles: tuple[str, ...]
    aws_roles: tuple[str, ...]
    """Names of roles of the environment's AWS account."""


class Federation(Component):
    """Trust in one AWS account, and in none of its roles but those of this environment."""

    def __init__(
        self, name: str, place: Place, identities: tuple[Identity, ...], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, place, opts)
        self.pool = gcp.iam.WorkloadIdentityPool(
            "aws",
            project=place.project,
            workload_identity_pool_id="aws",
            display_name="AWS",
            description=f"Roles of AWS account {place.scope.account}",
            opts=self.child(),
        )
        self.trust = self._trusted_account()
        self.accounts = {identity.account: self._account(identity) for identity in identities}
        self.audience = self.trust.name.apply("//iam.googleapis.com/{}".format)
        self.register_outputs({"audience": self.audience})

    def _trusted_account(self) -> gcp.iam.WorkloadIdentityPoolProvider:
        scope = self.place.scope
        own = f"arn:aws:sts::{scope.account}:assumed-role/{scope.name('')}"
        return gcp.iam.WorkloadIdentityPoolProvider(
            "aws",
            project=self.place.project,
            workload_identity_pool_id=self.pool.workload_identity_pool_id,
            workload_identity_pool_provider_id="aws",
            aws={"account_id": scope.account},
            attribute_mapping={"google.subject": "assertion.arn", "attribute.aws_role": _ROLE},
            attribute_condition=f"attribute.aws_role.startsWith('{own}')",
            opts=self.child(),
        )

    def _account(self, identity: Identity) -> gcp.serviceaccount.Account:
        account = gcp.serviceaccount.Account(
            identity.account,
            project=self.place.project,
            account_id=identity.account,
            display_name=identity.purpose,
            opts=self.child(),
        )
        for role in identity.project_roles:
            self._grant(identity, account, role)
        for role in identity.aws_roles:
            self._trust(identity, account, role)
        return account

    def _grant(self, identity: Identity, account: gcp.serviceaccount.Account, role: str) -> None:
        gcp.projects.IAMMember(
            f"{identity.account}-{role.removeprefix('roles/')}",
            project=self.place.project,
            role=role,
            member=account.member,
            opts=self.child(),
        )

    def _trust(self, identity: Identity, account: gcp.serviceaccount.Account, role: str) -> None:
        arn = f"arn:aws:sts::{self.place.scope.account}:assumed-role/{role}"
        gcp.serviceaccount.IAMMember(
            f"{identity.account}-{role}",
            service_account_id=account.name,
            role="roles/iam.workloadIdentityUser",
            member=self.pool.name.apply(
                lambda pool: f"principalSet://iam.googleapis.com/{pool}/attribute.aws_role/{arn}"
            ),
            opts=self.child(),
        )
