"""Whose a resource is: names, tags and ARNs of one environment, and the base of its components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi

from infra.environment import Environment, Shared

PROJECT = "distronation"
MANAGED_BY = "distro"


@dataclass(frozen=True)
class Scope:
    """The environment (or `shared`) that a component belongs to."""

    environment: str
    account: str
    region: str
    owner: str
    data_class: str
    protected: bool
    """Whether stateful resources are protected from deletion: by the engine, and where AWS can by AWS too."""
    boundary: pulumi.Resource | None = None
    """What bounds the roles of the environment, once it is declared."""

    @property
    def boundary_arn(self) -> str:
        """The ARN of the environment's permissions boundary."""
        return self.global_arn("iam", f"policy/{self.name('boundary')}")

    def name(self, system: str) -> str:
        """`distronation-<env>-<system>`: the rule for every name that the specification leaves open."""
        return f"{PROJECT}-{self.environment}-{system}"

    def tags(self, system: str, **more: str) -> dict[str, str]:
        """The tags that every resource carries; they isolate environments in one account (sections 0.2 and C-06)."""
        return {
            "environment": self.environment,
            "system": system,
            "owner": self.owner,
            "managed-by": MANAGED_BY,
            "data-class": self.data_class,
            **more,
        }

    def named_tags(self, system: str, name: str, **more: str) -> dict[str, str]:
        """The same with a `Name`, for what has no other name in AWS."""
        return self.tags(system, Name=self.name(name), **more)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in this account and region, known before the resource exists."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def global_arn(self, service: str, resource: str) -> str:
        """The ARN of a resource whose service has no regions (IAM, CloudFront)."""
        return f"arn:aws:{service}::{self.account}:{resource}"


def of_environment(environment: Environment) -> Scope:
    """The scope of one environment; production's stateful resources are protected."""
    return Scope(
        environment.name,
        environment.account,
        environment.region,
        environment.owner,
        environment.data_class,
        environment.production,
    )


def of_shared(shared: Shared) -> Scope:
    """The scope of what staging and production share: it is protected as production is."""
    return Scope(shared.name, shared.account, shared.region, shared.owner, shared.data_class, protected=True)


class Component(pulumi.ComponentResource):
    """A system of an environment. Its type is named after its class, its children have it as their parent."""

    def __init__(self, name: str, scope: Scope, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(f"{PROJECT}:aws:{type(self).__name__}", name, {}, opts)
        self.scope = scope

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of a resource of this component."""
        return pulumi.ResourceOptions(parent=self, **options)

    def stateful(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of a resource that holds data: the engine refuses to delete it where the scope is protected."""
        return self.child(protect=self.scope.protected, **options)
