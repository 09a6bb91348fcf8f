"""The base of Firebase's components: which environment and Google Cloud project they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi

from infra.aws.scope import PROJECT, Scope


@dataclass(frozen=True)
class Place:
    """Where resources go: the environment, its Google Cloud project and the location that never changes (C-47)."""

    scope: Scope
    project: str
    region: str

    def labels(self, system: str) -> dict[str, str]:
        """The tags of the environment in Google's spelling, which knows lower case only."""
        return {name: value.lower() for name, value in self.scope.tags(system).items()}


class Component(pulumi.ComponentResource):
    """A system of an environment's Firebase project."""

    def __init__(self, name: str, place: Place, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(f"{PROJECT}:firebase:{type(self).__name__}", name, {}, opts)
        self.place = place

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of a resource of this component."""
        return pulumi.ResourceOptions(parent=self, **options)

    def stateful(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of a resource that holds data: the engine refuses to delete it where the environment is protected."""
        return self.child(protect=self.place.scope.protected, **options)
