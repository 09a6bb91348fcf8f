"""Cloud Scheduler: recorded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from infra.errors import OperationFailed
from local.provider.google import table
from local.provider.resource import Created, Inputs, Recorded

if TYPE_CHECKING:
    from local.provider.cloud import Cloud

NO_SCHEDULER = "no emulator of Cloud Scheduler exists: nothing is called"
CRON = re.compile(r"(\S+\s+){4}\S+|every .+")
HTTP = "what is called when the time has come, which nothing does here"


class Job(Recorded):
    """A job that calls an address on a schedule."""

    type = "gcp:cloudscheduler/job:Job"
    reason = NO_SCHEDULER
    identity = ("project", "region", "name")
    properties: ClassVar = {
        **table(NO_SCHEDULER, ["description", "schedule", "timeZone", "paused"]),
        **table(HTTP, ["httpTarget", "retryConfig", "attemptDeadline", "deletionPolicy"]),
        **table(NO_SCHEDULER, fixed=["project", "region", "name"]),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Refuses a schedule that is no cron expression, and a time zone that nobody knows."""
        if not CRON.fullmatch(inputs["schedule"]):
            raise OperationFailed(f"{inputs['schedule']!r} is no schedule: five cron fields, or `every …`")
        ZoneInfo(inputs.get("timeZone", "Etc/UTC"))
        id = f"projects/{inputs['project']}/locations/{inputs['region']}/jobs/{inputs['name']}"
        return Created(id, {"state": "PAUSED" if inputs.get("paused") else "ENABLED"})


RESOURCES = [Job]
