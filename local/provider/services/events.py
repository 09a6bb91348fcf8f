"""EventBridge: rules and buses."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import json_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.spelling import Spelling
from local.provider.tags import tag_changes, tag_list, tag_map

DEFAULT_BUS = "default"


EVENTS = Spelling(
    {"inputPaths": "InputPathsMap"},
    maps=frozenset({"inputPaths", "headerParameters", "queryStringParameters"}),
)


class EventRule(Resource):
    """Which events, or when."""

    type = "aws:cloudwatch/eventRule:EventRule"
    service = "events"
    name = "name"
    identity = ("eventBusName",)
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": recorded("only a way to form the name, which is applied", replace=True),
        "eventBusName": Property(replace=True, default=DEFAULT_BUS),
        "description": Property(),
        "eventPattern": Property(same=json_equal),
        "scheduleExpression": Property(),
        "roleArn": Property(),
        "state": Property(computed=True),
        "isEnabled": Property(computed=True),
        "forceDestroy": recorded("says how to delete the rule; no property of it", default=False),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutRule."""
        self._put(cloud, inputs, Tags=tag_list(inputs.get("tags")))
        return Created(_rule_id(inputs), self._computed(cloud, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """DescribeRule and the tags."""
        bus, _, name = (f"{inputs['eventBusName']}/{inputs['name']}" if "name" in inputs else id).rpartition("/")
        place = {"eventBusName": bus or DEFAULT_BUS, "name": name}
        events, computed = cloud.client("events", inputs.get("region")), self._computed(cloud, {**inputs, **place})
        held = found(lambda: events.describe_rule(Name=name, EventBusName=place["eventBusName"]))
        if held is None:
            return None
        names = ("description", "eventPattern", "scheduleExpression", "roleArn", "state")
        values = EVENTS.from_aws({key: value for key, value in held.items() if key != "ResponseMetadata"})
        tags = tag_map(events.list_tags_for_resource(ResourceARN=computed["arn"])["Tags"])
        return {
            **place,
            **{key: values.get(key) for key in names},
            "isEnabled": held["State"] == "ENABLED",
            "tags": tags,
            **computed,
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutRule keeps the tags; they have calls of their own."""
        self._put(cloud, new)
        events, arn = cloud.client("events", new.get("region")), self._computed(cloud, new)["arn"]
        added, removed = tag_changes(old, new)
        if added:
            events.tag_resource(ResourceARN=arn, Tags=tag_list(added))
        if removed:
            events.untag_resource(ResourceARN=arn, TagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteRule; its targets are resources of their own, unless `forceDestroy`."""
        events, place = cloud.client("events", state.get("region")), _rule(state)
        with unless_gone():
            if state.get("forceDestroy"):
                targets = events.list_targets_by_rule(Rule=place["Name"], EventBusName=place["EventBusName"])["Targets"]
                ids = [target["Id"] for target in targets]
                events.remove_targets(Rule=place["Name"], EventBusName=place["EventBusName"], Ids=ids) if ids else None
            events.delete_rule(**place)

    def _put(self, cloud: Cloud, inputs: Inputs, **more: Any) -> None:
        state = inputs.get("state") or ("DISABLED" if inputs.get("isEnabled") is False else "ENABLED")
        names = ("description", "eventPattern", "scheduleExpression", "roleArn")
        settings = EVENTS.to_aws({name: inputs[name] for name in names if inputs.get(name)})
        cloud.client("events", inputs.get("region")).put_rule(**_rule(inputs), **settings, State=state, **more)

    def _computed(self, cloud: Cloud, inputs: Inputs) -> dict[str, Any]:
        return {"arn": cloud.arn("events", f"rule/{_rule_id(inputs)}", region=inputs.get("region"))}


def _rule(inputs: Inputs) -> dict[str, str]:
    return {"Name": inputs["name"], "EventBusName": inputs["eventBusName"]}


def _rule_id(inputs: Inputs) -> str:
    bus = inputs["eventBusName"]
    return str(inputs["name"]) if bus == DEFAULT_BUS else f"{bus}/{inputs['name']}"


class EventBus(Resource):
    """A bus of one's own."""

    type = "aws:cloudwatch/eventBus:EventBus"
    service = "events"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "description": Property(),
        "eventSourceName": Property(replace=True),
        "kmsKeyIdentifier": Property(),
        "deadLetterConfig": Property(),
        "logConfig": recorded("LocalStack writes no logs of buses"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateEventBus."""
        names = ("name", "description", "eventSourceName", "kmsKeyIdentifier", "deadLetterConfig")
        settings = EVENTS.to_aws({name: inputs[name] for name in names if inputs.get(name)})
        events = cloud.client("events", inputs.get("region"))
        events.create_event_bus(**settings, Tags=tag_list(inputs.get("tags")))
        return Created(inputs["name"], self._computed(cloud, inputs["name"], inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """DescribeEventBus and the tags."""
        events, computed = cloud.client("events", inputs.get("region")), self._computed(cloud, id, inputs)
        held = found(lambda: events.describe_event_bus(Name=id))
        if held is None:
            return None
        values = EVENTS.from_aws({key: value for key, value in held.items() if key != "ResponseMetadata"})
        tags = tag_map(events.list_tags_for_resource(ResourceARN=computed["arn"])["Tags"])
        names = ("description", "kmsKeyIdentifier", "deadLetterConfig", "eventSourceName")
        return {"name": id, **{name: values.get(name) for name in names}, "tags": tags, **computed}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """UpdateEventBus, then the tags."""
        events, arn = cloud.client("events", new.get("region")), self._computed(cloud, id, new)["arn"]
        names = ("name", "description", "kmsKeyIdentifier", "deadLetterConfig")
        if any(old.get(name) != new.get(name) for name in names):
            events.update_event_bus(**EVENTS.to_aws({name: new[name] for name in names if new.get(name)}))
        added, removed = tag_changes(old, new)
        if added:
            events.tag_resource(ResourceARN=arn, Tags=tag_list(added))
        if removed:
            events.untag_resource(ResourceARN=arn, TagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteEventBus."""
        with unless_gone():
            cloud.client("events", state.get("region")).delete_event_bus(Name=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        name = str(inputs["name"])
        return name if self.read(cloud, name, inputs) else None

    def _computed(self, cloud: Cloud, name: str, inputs: Inputs) -> dict[str, Any]:
        return {"arn": cloud.arn("events", f"event-bus/{name}", region=inputs.get("region"))}


RESOURCES = (EventRule, EventBus)
