"""Cloud Storage for Firebase: the bucket of users' files, its rules and its clean-up (sections 3.1 and 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_gcp as gcp

from infra.firebase.component import Component, Place
from infra.workloads.firebase import rules

if TYPE_CHECKING:
    import pulumi

    from infra.environment.firebase import Storage as Settings
    from infra.workloads.firebase.rules import Profile

_PUBLIC_SECONDS = 3600


@dataclass(frozen=True)
class StorageArgs:
    """`origins`: web pages that may read and upload; `bucket`: its name, unique in the world."""

    place: Place
    settings: Settings
    rules: Profile
    bucket: str
    origins: tuple[str, ...]


class Storage(Component):
    """The bucket that Firebase's SDKs use, under Firebase's rules."""

    def __init__(self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.place, opts)
        self.args = args
        self.bucket = self._bucket()
        self.linked = gcp.firebase.StorageBucket(
            "content", project=args.place.project, bucket_id=self.bucket.name, opts=self.child()
        )
        self._rules()
        self.register_outputs({"bucket": self.bucket.name})

    def _bucket(self) -> gcp.storage.Bucket:
        return gcp.storage.Bucket(
            "content",
            project=self.place.project,
            name=self.args.bucket,
            location=self.place.region.upper(),
            uniform_bucket_level_access=True,
            # Public files are public by Firebase's rules, never by the bucket's own permissions.
            public_access_prevention="enforced",
            lifecycle_rules=deletion_after(self.args.settings.delete_after_days),
            cors=_cors(self.args.origins),
            force_destroy=not self.place.scope.protected,
            labels=self.place.labels("firebase-storage"),
            opts=self.stateful(),
        )

    def _rules(self) -> None:
        ruleset = gcp.firebaserules.Ruleset(
            "content",
            project=self.place.project,
            source={"files": [{"name": "storage.rules", "content": rules.storage(self.args.rules)}]},
            opts=self.child(depends_on=[self.linked]),
        )
        gcp.firebaserules.Release(
            "content",
            project=self.place.project,
            name=self.bucket.name.apply("firebase.storage/{}".format),
            ruleset_name=ruleset.name.apply(f"projects/{self.place.project}/rulesets/{{}}".format),
            opts=self.child(),
        )


def deletion_after(days: int | None) -> list[gcp.storage.BucketLifecycleRuleArgsDict]:
    """A lifecycle that deletes files of that age; none for long-term retention."""
    return [{"action": {"type": "Delete"}, "condition": {"age": days}}] if days else []


def public_cache_control(*, cdn: bool) -> str:
    """`Cache-Control` that uploads of public files carry: Cloud Storage for Firebase has no other switch (C-53)."""
    return f"public, max-age={_PUBLIC_SECONDS}" if cdn else "private, max-age=0"


def _cors(origins: tuple[str, ...]) -> list[gcp.storage.BucketCorArgsDict]:
    if not origins:
        return []
    headers = ["Content-Type", "Content-Length", "Cache-Control", "x-goog-resumable"]
    return [{"origins": list(origins), "methods": ["GET", "HEAD", "PUT", "POST"], "response_headers": headers}]
