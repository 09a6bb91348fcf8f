"""EventBridge: who gets the events of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from infra.errors import OperationFailed
from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.imports import spelt
from local.provider.properties import compact, declared, json_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.services.events import DEFAULT_BUS, EVENTS
from local.provider.spelling import Spelling

BLOCKS: Mapping[str, str] = {
    "deadLetterConfig": "DeadLetterConfig",
    "retryPolicy": "RetryPolicy",
    "inputTransformer": "InputTransformer",
    "sqsTarget": "SqsParameters",
    "kinesisTarget": "KinesisParameters",
    "httpTarget": "HttpParameters",
    "appsyncTarget": "AppSyncParameters",
}
"""Pulumi's block and EventBridge's."""


RENAMED = {"graphqlOperation": "GraphQLOperation", "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds"}


TARGET = Spelling({**EVENTS.names, **RENAMED}, maps=EVENTS.maps)


class EventTarget(Resource):
    """Who gets the events of a rule; its id is `rule-target`."""

    type = "aws:cloudwatch/eventTarget:EventTarget"
    service = "events"
    name = "targetId"
    identity = ("rule", "eventBusName")
    exact = True
    properties: ClassVar = {
        "rule": Property(replace=True),
        "eventBusName": Property(replace=True, default=DEFAULT_BUS),
        "targetId": Property(replace=True),
        "arn": Property(),
        "input": Property(same=json_equal),
        "inputPath": Property(),
        "roleArn": Property(),
        **{name: Property(same=declared) for name in BLOCKS},
        "forceDestroy": recorded("says how to delete the target; no property of it", default=False),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutTargets."""
        self._put(cloud, inputs)
        return Created(f"{inputs['rule']}-{inputs['targetId']}")

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Looked for among the rule's targets; an import is `bus/rule/target`."""
        bus, rule, target = _target_place(id, inputs)
        events = cloud.client("events", inputs.get("region"))
        answer = found(lambda: events.list_targets_by_rule(Rule=rule, EventBusName=bus))
        held = next((each for each in (answer or {}).get("Targets", ()) if each["Id"] == target), None)
        if held is None:
            return None
        plain = {
            "arn": held["Arn"],
            "input": held.get("Input"),
            "inputPath": held.get("InputPath"),
            "roleArn": held.get("RoleArn"),
        }
        blocks = {name: TARGET.from_aws(held[theirs]) for name, theirs in BLOCKS.items() if theirs in held}
        place = {"id": f"{rule}-{target}", "rule": rule, "eventBusName": bus, "targetId": target}
        return {**place, **plain, **blocks}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutTargets replaces a target of the same id."""
        self._put(cloud, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """RemoveTargets."""
        with unless_gone():
            events = cloud.client("events", state.get("region"))
            events.remove_targets(Rule=state["rule"], EventBusName=state["eventBusName"], Ids=[state["targetId"]])

    def _put(self, cloud: Cloud, inputs: Inputs) -> None:
        plain = {"Arn": inputs["arn"], "Input": inputs.get("input"), "InputPath": inputs.get("inputPath")}
        blocks = {theirs: TARGET.to_aws(inputs[name]) for name, theirs in BLOCKS.items() if inputs.get(name)}
        target = {"Id": inputs["targetId"], **compact({**plain, "RoleArn": inputs.get("roleArn")}), **blocks}
        events = cloud.client("events", inputs.get("region"))
        answer = events.put_targets(Rule=inputs["rule"], EventBusName=inputs["eventBusName"], Targets=[target])
        for failed in answer.get("FailedEntries", ()):
            raise OperationFailed(f"events:PutTargets answered {failed.get('ErrorCode')}: {failed.get('ErrorMessage')}")


def _target_place(id: str, inputs: Inputs) -> tuple[str, str, str]:
    """Bus, rule and target; an import spells them `bus/rule/target`, or `rule/target` for the default bus."""
    if "rule" in inputs:
        return inputs["eventBusName"], inputs["rule"], inputs["targetId"]
    first, rest = spelt(id, "rule/target")
    second, _, third = rest.partition("/")
    return (first, second, third) if third else (DEFAULT_BUS, first, second)


RESOURCES = (EventTarget,)
