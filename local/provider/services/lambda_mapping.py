"""Lambda: queues and streams that functions read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from infra.errors import OperationFailed
from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.services.lambda_access import function_name, same_function
from local.provider.services.lambda_function import LAMBDA
from local.provider.tags import tag_changes

READY = 60.0
"""Seconds that an event source mapping gets to reach its state."""


MAPPING = {
    "batchSize": Property(computed=True),
    "bisectBatchOnFunctionError": Property(computed=True),
    "destinationConfig": Property(computed=True),
    "filterCriteria": Property(),
    "functionName": Property(same=same_function),
    "functionResponseTypes": Property(),
    "kmsKeyArn": Property(),
    "maximumBatchingWindowInSeconds": Property(computed=True),
    "maximumRecordAgeInSeconds": Property(computed=True),
    "maximumRetryAttempts": Property(computed=True),
    "metricsConfig": recorded("LocalStack gives no metrics of mappings"),
    "parallelizationFactor": Property(computed=True),
    "scalingConfig": Property(),
    "tumblingWindowInSeconds": Property(computed=True),
}


NONE: Mapping[str, Any] = {"functionResponseTypes": [], "filterCriteria": {}, "scalingConfig": {}, "kmsKeyArn": ""}
"""What to send for a setting that the program no longer has."""


SOURCE = {
    "eventSourceArn": Property(replace=True),
    "startingPosition": Property(replace=True),
    "startingPositionTimestamp": Property(replace=True),
}


class EventSourceMapping(Resource):
    """A queue or stream that a function reads; its id is the mapping's UUID."""

    type = "aws:lambda/eventSourceMapping:EventSourceMapping"
    service = "lambda"
    identity = ("eventSourceArn", "functionName")
    exact = True
    volatile = ("lastModified", "lastProcessingResult", "state", "stateTransitionReason")
    observed = ("lastProcessingResult",)
    properties: ClassVar = {**SOURCE, **MAPPING, "enabled": Property(default=True), "tags": TAGS}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateEventSourceMapping, until it reads (or rests)."""
        client = cloud.client("lambda", inputs.get("region"))
        tags = {"Tags": dict(inputs["tags"])} if inputs.get("tags") else {}
        made = client.create_event_source_mapping(**_mapping(inputs, {**SOURCE, **MAPPING}), **tags)
        with partly(made["UUID"]):
            return Created(made["UUID"], _described(cloud, _settled(client, made["UUID"]), inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetEventSourceMapping and the tags."""
        client = cloud.client("lambda", inputs.get("region"))
        held = found(lambda: client.get_event_source_mapping(UUID=id))
        if held is None or held.get("State") == "Deleting":
            return None
        described = _described(cloud, held, inputs)
        values = LAMBDA.from_aws({name: value for name, value in held.items() if name != "ResponseMetadata"})
        settings = {name: values.get(name) for name in (*SOURCE, *MAPPING) if name != "functionName"}
        tags = client.list_tags(Resource=described["arn"])["Tags"] if "tags" in inputs or not inputs else {}
        enabled = held.get("State") in ("Enabled", "Enabling", "Creating", "Updating")
        return {**settings, **described, "functionName": held["FunctionArn"], "enabled": enabled, "tags": tags}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """UpdateEventSourceMapping, until it has settled."""
        client = cloud.client("lambda", new.get("region"))
        dropped = {name: value for name, value in NONE.items() if old.get(name) and not new.get(name)}
        client.update_event_source_mapping(UUID=id, **_mapping({**dropped, **new}, MAPPING))
        described = _described(cloud, _settled(client, id), new)
        added, removed = tag_changes(old, new)
        if added:
            client.tag_resource(Resource=described["arn"], Tags=added)
        if removed:
            client.untag_resource(Resource=described["arn"], TagKeys=removed)
        return described

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteEventSourceMapping."""
        with unless_gone():
            cloud.client("lambda", state.get("region")).delete_event_source_mapping(UUID=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """One function reads a source once."""
        client, name = cloud.client("lambda", inputs.get("region")), function_name(inputs["functionName"])
        held = client.list_event_source_mappings(EventSourceArn=inputs["eventSourceArn"])["EventSourceMappings"]
        return next((str(each["UUID"]) for each in held if function_name(each["FunctionArn"]) == name), None)


def _mapping(inputs: Inputs, names: Mapping[str, Property]) -> dict[str, Any]:
    given = {name: inputs[name] for name in names if name in inputs and names[name].status == "applied"}
    settings: dict[str, Any] = LAMBDA.to_aws(given)
    return {**settings, "Enabled": bool(inputs["enabled"])}


def _settled(client: Any, id: str) -> Any:
    deadline = time.monotonic() + READY
    while (held := client.get_event_source_mapping(UUID=id))["State"] in (
        "Creating",
        "Enabling",
        "Disabling",
        "Updating",
    ):
        if time.monotonic() > deadline:
            raise OperationFailed(f"event source mapping {id} stayed in state {held['State']} for {READY:.0f} s")
        time.sleep(0.02)
    return held


def _described(cloud: Cloud, held: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    return {
        "arn": cloud.arn("lambda", f"event-source-mapping:{held['UUID']}", region=inputs.get("region")),
        "uuid": held["UUID"],
        "functionArn": held["FunctionArn"],
        "state": held["State"],
        "stateTransitionReason": held.get("StateTransitionReason"),
        "lastProcessingResult": held.get("LastProcessingResult"),
    }


RESOURCES = (EventSourceMapping,)
