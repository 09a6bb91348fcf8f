"""EventBridge Scheduler: schedules (off-hours, exports) and their groups."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import declared
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.spelling import Spelling
from local.provider.tags import tag_changes, tag_list, tag_map

SCHEDULER = Spelling(
    {"eventbridgeParameters": "EventBridgeParameters", "sagemakerPipelineParameters": "SageMakerPipelineParameters"}
)
DEFAULT_GROUP = "default"
RETRIES = {"maximumEventAgeInSeconds": 86400, "maximumRetryAttempts": 185}
"""What Scheduler does where a target says nothing (Scheduler API Reference, RetryPolicy)."""
SETTINGS = (
    "name",
    "groupName",
    "description",
    "startDate",
    "endDate",
    "flexibleTimeWindow",
    "kmsKeyArn",
    "scheduleExpression",
    "scheduleExpressionTimezone",
    "state",
    "target",
    "actionAfterCompletion",
)


class Schedule(Resource):
    """When something is called; its id is `group/name`."""

    type = "aws:scheduler/schedule:Schedule"
    service = "scheduler"
    name = "name"
    identity = ("groupName",)
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": recorded("only a way to form the name, which is applied", replace=True),
        "groupName": Property(replace=True, default=DEFAULT_GROUP),
        "description": Property(),
        "startDate": Property(),
        "endDate": Property(),
        "flexibleTimeWindow": Property(),
        "kmsKeyArn": Property(),
        "scheduleExpression": Property(),
        "scheduleExpressionTimezone": Property(default="UTC"),
        "state": Property(default="ENABLED"),
        "target": Property(same=declared),
        "actionAfterCompletion": recorded("LocalStack deletes no finished schedules"),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateSchedule."""
        cloud.client("scheduler", inputs.get("region")).create_schedule(**self._settings(inputs))
        return Created(f"{inputs['groupName']}/{inputs['name']}", self._computed(cloud, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetSchedule."""
        group, name = id.split("/", 1)
        client = cloud.client("scheduler", inputs.get("region"))
        held = found(lambda: client.get_schedule(GroupName=group, Name=name))
        if held is None:
            return None
        place = {"groupName": group, "name": name}
        values = SCHEDULER.from_aws({key: value for key, value in held.items() if key != "ResponseMetadata"})
        if values["target"].get("retryPolicy") == RETRIES:
            del values["target"]["retryPolicy"]
        return {**{key: values.get(key) for key in SETTINGS}, **place, **self._computed(cloud, {**inputs, **place})}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """UpdateSchedule takes everything."""
        cloud.client("scheduler", new.get("region")).update_schedule(**self._settings(new))
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteSchedule."""
        group, name = id.split("/", 1)
        with unless_gone():
            cloud.client("scheduler", state.get("region")).delete_schedule(GroupName=group, Name=name)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in a group."""
        id = f"{inputs['groupName']}/{inputs['name']}"
        return id if self.read(cloud, id, inputs) else None

    def _settings(self, inputs: Inputs) -> dict[str, Any]:
        settings: dict[str, Any] = SCHEDULER.to_aws({name: inputs[name] for name in SETTINGS if inputs.get(name)})
        return settings

    def _computed(self, cloud: Cloud, inputs: Inputs) -> dict[str, Any]:
        place = f"schedule/{inputs['groupName']}/{inputs['name']}"
        return {"arn": cloud.arn("scheduler", place, region=inputs.get("region"))}


class ScheduleGroup(Resource):
    """A group of schedules, which carries their tags."""

    type = "aws:scheduler/scheduleGroup:ScheduleGroup"
    service = "scheduler"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": recorded("only a way to form the name, which is applied", replace=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateScheduleGroup."""
        client = cloud.client("scheduler", inputs.get("region"))
        client.create_schedule_group(Name=inputs["name"], Tags=tag_list(inputs.get("tags")))
        return Created(inputs["name"], self._computed(cloud, inputs["name"], inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetScheduleGroup and the tags."""
        client, computed = cloud.client("scheduler", inputs.get("region")), self._computed(cloud, id, inputs)
        held = found(lambda: client.get_schedule_group(Name=id))
        if held is None or held.get("State") == "DELETING":
            return None
        tags = tag_map(client.list_tags_for_resource(ResourceArn=computed["arn"])["Tags"])
        return {"name": id, "state": held["State"], "tags": tags, **computed}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Only tags change in place."""
        client, arn = cloud.client("scheduler", new.get("region")), self._computed(cloud, id, new)["arn"]
        added, removed = tag_changes(old, new)
        if added:
            client.tag_resource(ResourceArn=arn, Tags=tag_list(added))
        if removed:
            client.untag_resource(ResourceArn=arn, TagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteScheduleGroup."""
        if self.read(cloud, id, state) is not None:  # LocalStack stumbles over the deletion of what is gone
            cloud.client("scheduler", state.get("region")).delete_schedule_group(Name=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        return str(inputs["name"]) if self.read(cloud, inputs["name"], inputs) else None

    def _computed(self, cloud: Cloud, name: str, inputs: Inputs) -> dict[str, Any]:
        return {"arn": cloud.arn("scheduler", f"schedule-group/{name}", region=inputs.get("region"))}


RESOURCES = (Schedule, ScheduleGroup)
