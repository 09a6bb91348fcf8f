"""CloudWatch Logs: what becomes of lines that match."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.imports import spelt
from local.provider.properties import compact
from local.provider.resource import Created, Inputs, Outputs, Property, Resource, recorded


class LogMetricFilter(Resource):
    """Turns matching lines of a log group into a metric."""

    type = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
    service = "logs"
    name = "name"
    identity = ("logGroupName",)
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "logGroupName": Property(replace=True),
        "pattern": Property(),
        "metricTransformation": Property(),
        "applyOnTransformedLogs": recorded("LocalStack has no log transformers"),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutMetricFilter."""
        self._put(cloud, inputs)
        return Created(inputs["name"])

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """An import names the group as well: `group:filter`, as in pulumi-aws."""
        group, name = (inputs["logGroupName"], id) if "logGroupName" in inputs else spelt(id, "group:filter", ":")
        logs = cloud.client("logs", inputs.get("region"))
        answer = found(lambda: logs.describe_metric_filters(logGroupName=group, filterNamePrefix=name))
        held = next((each for each in (answer or {}).get("metricFilters", ()) if each["filterName"] == name), None)
        if held is None:
            return None
        return {
            "id": name,
            "name": name,
            "logGroupName": group,
            "pattern": held.get("filterPattern", ""),
            "metricTransformation": _from_transformation(held["metricTransformations"][0]),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Put anew: LocalStack keeps the old one beside a new one of the same name."""
        self.delete(cloud, id, old)
        self._put(cloud, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteMetricFilter."""
        with unless_gone():
            logs = cloud.client("logs", state.get("region"))
            logs.delete_metric_filter(logGroupName=state["logGroupName"], filterName=state["name"])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A group has a name once; LocalStack would make a second one."""
        name = str(inputs["name"])
        return name if self.read(cloud, name, inputs) else None

    def _put(self, cloud: Cloud, inputs: Inputs) -> None:
        given = inputs["metricTransformation"]
        transformation = {
            "metricName": given["name"],
            "metricNamespace": given["namespace"],
            "metricValue": str(given["value"]),
            "defaultValue": None if given.get("defaultValue") in (None, "") else float(given["defaultValue"]),
            "dimensions": given.get("dimensions") or None,
            "unit": given.get("unit"),
        }
        cloud.client("logs", inputs.get("region")).put_metric_filter(
            logGroupName=inputs["logGroupName"],
            filterName=inputs["name"],
            filterPattern=inputs["pattern"],
            metricTransformations=[compact(transformation)],
        )


def _from_transformation(held: Any) -> dict[str, Any]:
    default = held.get("defaultValue")
    return {
        "name": held["metricName"],
        "namespace": held["metricNamespace"],
        "value": held["metricValue"],
        "defaultValue": None if default is None else f"{default:g}",
        "dimensions": held.get("dimensions"),
        "unit": held.get("unit"),
    }


class LogSubscriptionFilter(Resource):
    """Sends matching lines of a log group to a function or a stream."""

    type = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
    service = "logs"
    name = "name"
    identity = ("logGroup",)
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "logGroup": Property(replace=True),
        "destinationArn": Property(),
        "filterPattern": Property(),
        "distribution": Property(computed=True),
        "roleArn": Property(computed=True),
        "applyOnTransformedLogs": recorded("LocalStack has no log transformers"),
        "emitSystemFields": recorded("LocalStack adds no system fields"),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutSubscriptionFilter."""
        self._put(cloud, inputs)
        return Created(f"{inputs['logGroup']}|{inputs['name']}")

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """DescribeSubscriptionFilters."""
        group, name = id.split("|", 1)
        logs = cloud.client("logs", inputs.get("region"))
        answer = found(lambda: logs.describe_subscription_filters(logGroupName=group, filterNamePrefix=name))
        held = next(
            (each for each in (answer or {}).get("subscriptionFilters", ()) if each["filterName"] == name), None
        )
        if held is None:
            return None
        names = ("destinationArn", "filterPattern", "distribution", "roleArn")
        return {"name": name, "logGroup": group, **{key: held.get(key) for key in names}}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutSubscriptionFilter."""
        self._put(cloud, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteSubscriptionFilter."""
        group, name = id.split("|", 1)
        with unless_gone():
            logs = cloud.client("logs", state.get("region"))
            logs.delete_subscription_filter(logGroupName=group, filterName=name)

    def _put(self, cloud: Cloud, inputs: Inputs) -> None:
        optional = {name: inputs.get(name) for name in ("distribution", "roleArn")}
        cloud.client("logs", inputs.get("region")).put_subscription_filter(
            logGroupName=inputs["logGroup"],
            filterName=inputs["name"],
            filterPattern=inputs["filterPattern"],
            destinationArn=inputs["destinationArn"],
            **compact(optional),
        )


RESOURCES = (LogMetricFilter, LogSubscriptionFilter)
