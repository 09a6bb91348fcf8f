"""Realtime Database: the default instance with its rules and indexes (sections 3.1 and 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_gcp as gcp

from infra.firebase.component import Component, Place
from infra.firebase.settings import DatabaseRules
from infra.workloads.firebase import rules

if TYPE_CHECKING:
    import pulumi

    from infra.environment.firebase import RealtimeDatabase
    from infra.workloads.firebase.rules import Profile


@dataclass(frozen=True)
class DatabaseArgs:
    """Which rules are in force, and the indexes merged into them."""

    place: Place
    settings: RealtimeDatabase
    rules: Profile


class Database(Component):
    """The project's default database."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.place, opts)
        self.instance = gcp.firebase.DatabaseInstance(
            "default",
            project=args.place.project,
            region=args.place.region,
            instance_id=instance_id(args.place.project),
            type="DEFAULT_DATABASE",
            desired_state="ACTIVE",
            opts=self.stateful(),
        )
        self.url = self.instance.database_url
        self.rules = DatabaseRules(
            "rules",
            database_url=self.url,
            rules=rules.database(args.rules, args.settings.indexes),
            opts=self.child(),
        )
        self.register_outputs({"url": self.url})


def instance_id(project: str) -> str:
    """The id that Firebase gives a project's default database, and SDKs assume."""
    return f"{project}-default-rtdb"
