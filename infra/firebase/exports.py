"""Scheduled exports of the Realtime Database (section 3.1; C-21, C-52).

Firebase's own backups are daily, and switched on in its console. Here Cloud Scheduler calls the `firebase-export`
function at the times that the specification gives; the function streams the export into the bucket made here, as a
service account that may read the database and add files, nothing else.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi_gcp as gcp

from infra.firebase.component import Component, Place
from infra.firebase.federation import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

Kind = Literal["hourly", "daily", "weekly"]
ACCOUNT = "rtdb-export"
CALLER = "rtdb-export-schedule"
TIME_ZONE = "America/New_York"


@dataclass(frozen=True)
class Timing:
    """When an export is made (cron), and after how many days it is deleted."""

    cron: str
    keep_days: int


TIMINGS: Mapping[Kind, Timing] = {
    "hourly": Timing("5 * * * *", 2),
    "daily": Timing("30 4 * * *", 30),  # kept as long as production's Aurora backups; after the maintenance window
    "weekly": Timing("30 4 * * 0", 35),
}


@dataclass(frozen=True)
class ExportsArgs:
    """`exporter`: as whom the function writes; `bucket`: the name, unique in the world."""

    place: Place
    kinds: tuple[Kind, ...]
    exporter: gcp.serviceaccount.Account
    bucket: str


class Exports(Component):
    """A bucket for exports and, once it is known where the function is, a job for each kind."""

    def __init__(self, name: str, args: ExportsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.place, opts)
        self.args = args
        self.bucket = self._bucket()
        self.caller = gcp.serviceaccount.Account(
            CALLER,
            project=args.place.project,
            account_id=CALLER,
            display_name="Calls the export function",
            opts=self.child(),
        )
        self.register_outputs({"bucket": self.bucket.name})

    @property
    def settings(self) -> Mapping[str, pulumi.Input[str]]:
        """What the export function needs to know, by configuration key."""
        return {
            "firebase/export-bucket": self.bucket.name,
            "firebase/export-caller": self.caller.email,
            "firebase/service-account": self.args.exporter.email,
        }

    def schedule(self, endpoint: pulumi.Input[str]) -> None:
        """Call the export function at its HTTPS address.

        It has to refuse callers without an OIDC token of Google's for this very address and the account `caller`.
        """
        for kind in self.args.kinds:
            self._job(kind, endpoint)

    def _bucket(self) -> gcp.storage.Bucket:
        bucket = gcp.storage.Bucket(
            "exports",
            project=self.place.project,
            name=self.args.bucket,
            location=self.place.region.upper(),
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            lifecycle_rules=[self._retention(kind) for kind in self.args.kinds],
            force_destroy=not self.place.scope.protected,
            labels=self.place.labels("rtdb"),
            opts=self.stateful(),
        )
        gcp.storage.BucketIAMMember(
            "exporter",
            bucket=bucket.name,
            role="roles/storage.objectCreator",
            member=self.args.exporter.member,
            opts=self.child(),
        )
        return bucket

    def _retention(self, kind: Kind) -> gcp.storage.BucketLifecycleRuleArgsDict:
        prefix = f"rtdb/{self.place.scope.environment}/{kind}/"
        condition: gcp.storage.BucketLifecycleRuleConditionArgsDict = {
            "age": TIMINGS[kind].keep_days,
            "matches_prefixes": [prefix],
        }
        return {"action": {"type": "Delete"}, "condition": condition}

    def _job(self, kind: Kind, endpoint: pulumi.Input[str]) -> gcp.cloudscheduler.Job:
        body = base64.b64encode(json.dumps({"kind": kind}).encode()).decode()
        return gcp.cloudscheduler.Job(
            kind,
            project=self.place.project,
            region=self.place.region,
            name=self.place.scope.name(f"rtdb-export-{kind}"),
            description=f"{kind.capitalize()} export of the Realtime Database",
            schedule=TIMINGS[kind].cron,
            time_zone=TIME_ZONE,
            # As long as a background function may run (section 2.1).
            attempt_deadline="900s",
            retry_config={"retry_count": 3, "min_backoff_duration": "60s"},
            http_target={
                "uri": endpoint,
                "http_method": "POST",
                "headers": {"Content-Type": "application/json"},
                "body": body,
                "oidc_token": {"service_account_email": self.caller.email, "audience": endpoint},
            },
            opts=self.child(),
        )


def exporter(aws_role: str) -> Identity:
    """The service account as which the export function, which has that AWS role, reads the database."""
    return Identity(ACCOUNT, "Exports the Realtime Database", ("roles/firebasedatabase.viewer",), (aws_role,))
