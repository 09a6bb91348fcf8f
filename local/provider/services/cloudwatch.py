"""CloudWatch: alarms and composite alarms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import declared, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.spelling import Spelling
from local.provider.tags import tag_changes, tag_list, tag_map

METRIC = Spelling(
    {
        "name": "AlarmName",
        "okActions": "OKActions",
        "metricQueries": "Metrics",
        "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
    },
    maps=frozenset({"dimensions"}),
)


ACTIONS = ("alarmActions", "okActions", "insufficientDataActions")


NEW = "there since 2026 and unknown to LocalStack"


def dimension_list(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    """`{"a": "b"}` → `[{"Name": "a", "Value": "b"}]`."""
    return tag_list(dimensions, "Name")


class AlarmBase(Resource):
    """What simple and composite alarms share; the name is the id."""

    service = "cloudwatch"
    exact = True
    kind: ClassVar[str]
    """Which list of DescribeAlarms holds it."""
    key: ClassVar[str]
    """The property with the name."""

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Put it, then its tags."""
        client, computed = (
            cloud.client("cloudwatch", inputs.get("region")),
            self._computed(cloud, inputs[self.key], inputs),
        )
        self.put(client, inputs)
        with partly(inputs[self.key]):
            if inputs.get("tags"):  # LocalStack drops those that are put together with an alarm
                client.tag_resource(ResourceARN=computed["arn"], Tags=tag_list(inputs["tags"]))
        return Created(inputs[self.key], computed)

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """DescribeAlarms and the tags."""
        client = cloud.client("cloudwatch", inputs.get("region"))
        alarms = client.describe_alarms(AlarmNames=[id], AlarmTypes=[self.kind.removesuffix("s")])[self.kind]
        if not alarms:
            return None
        computed = self._computed(cloud, id, inputs)
        tags = client.list_tags_for_resource(ResourceARN=computed["arn"])["Tags"]
        return {**self.held(alarms[0]), self.key: id, **computed, "tags": tag_map(tags)}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Put it whole; tags have calls of their own then."""
        client, arn = cloud.client("cloudwatch", new.get("region")), self._computed(cloud, id, new)["arn"]
        self.put(client, new)
        added, removed = tag_changes(old, new)
        if added:
            client.tag_resource(ResourceARN=arn, Tags=tag_list(added))
        if removed:
            client.untag_resource(ResourceARN=arn, TagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteAlarms."""
        with unless_gone():
            cloud.client("cloudwatch", state.get("region")).delete_alarms(AlarmNames=[id])

    def put(self, client: Any, inputs: Inputs) -> None:
        """The call that makes or changes it."""
        raise NotImplementedError

    def held(self, alarm: Mapping[str, Any]) -> dict[str, Any]:
        """What DescribeAlarms says, as properties."""
        raise NotImplementedError

    def _computed(self, cloud: Cloud, name: str, inputs: Inputs) -> dict[str, Any]:
        return {"arn": cloud.arn("cloudwatch", f"alarm:{name}", region=inputs.get("region"))}


class MetricAlarm(AlarmBase):
    """An alarm on a metric, or on an expression over metrics. Putting one replaces one of that name."""

    type = "aws:cloudwatch/metricAlarm:MetricAlarm"
    name = "name"
    kind = "MetricAlarms"
    key = "name"
    properties: ClassVar = {
        "name": Property(replace=True),
        "actionsEnabled": Property(default=True),
        **{name: Property(same=set_equal) for name in ACTIONS},
        "alarmDescription": Property(),
        "comparisonOperator": Property(),
        "datapointsToAlarm": Property(computed=True),
        "dimensions": Property(),
        "evaluateLowSampleCountPercentiles": Property(computed=True),
        "evaluationPeriods": Property(),
        "extendedStatistic": Property(),
        "metricName": Property(),
        "metricQueries": Property(same=declared),
        "namespace": Property(),
        "period": Property(),
        "statistic": Property(),
        "threshold": Property(),
        "thresholdMetricId": Property(),
        "treatMissingData": Property(default="missing"),
        "unit": Property(),
        "evaluationCriteria": recorded(NEW),
        "evaluationInterval": recorded(NEW),
        "evaluationWindow": recorded(NEW),
        "warmUpConfiguration": recorded(NEW),
        "tags": TAGS,
    }

    def put(self, client: Any, inputs: Inputs) -> None:
        """PutMetricAlarm."""
        given = {
            name: inputs[name] for name, rule in self.properties.items() if name in inputs and rule.status == "applied"
        }
        given.pop("tags", None)
        dimensions = dimension_list(given.pop("dimensions", None) or {})
        queries = [_query(query) for query in given.pop("metricQueries", None) or ()]
        settings = METRIC.to_aws(given) | ({"Dimensions": dimensions} if dimensions else {})
        if "ThresholdMetricId" not in settings:
            settings["Threshold"] = float(settings.get("Threshold", 0))
        client.put_metric_alarm(**settings, **({"Metrics": queries} if queries else {}))

    def held(self, alarm: Mapping[str, Any]) -> dict[str, Any]:
        """The settings; a metric alarm has either a metric or queries."""
        values = METRIC.from_aws({key: value for key, value in alarm.items() if key not in ("Dimensions", "Metrics")})
        return {
            **{name: values.get(name) for name in self.properties},
            "dimensions": tag_map(alarm.get("Dimensions"), "Name"),
            "metricQueries": [_from_query(query) for query in alarm.get("Metrics") or ()],
            "treatMissingData": values.get("treatMissingData", "missing"),
        }


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    plain = {
        name: query[name]
        for name in ("id", "expression", "label", "period", "returnData", "accountId")
        if name in query
    }
    settings: dict[str, Any] = Spelling().to_aws(plain)
    if metric := query.get("metric"):
        where = {"Namespace": metric.get("namespace"), "MetricName": metric["metricName"]}
        which = {**where, "Dimensions": dimension_list(metric.get("dimensions") or {})}
        stat = {"Metric": which, "Period": metric["period"], "Stat": metric["stat"], "Unit": metric.get("unit")}
        settings["MetricStat"] = {name: value for name, value in stat.items() if value is not None}
    return settings


def _from_query(query: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = Spelling().from_aws({key: value for key, value in query.items() if key != "MetricStat"})
    if stat := query.get("MetricStat"):
        metric = stat["Metric"]
        values["metric"] = {
            "namespace": metric.get("Namespace"),
            "metricName": metric["MetricName"],
            "dimensions": tag_map(metric.get("Dimensions"), "Name"),
            "period": stat["Period"],
            "stat": stat["Stat"],
            "unit": stat.get("Unit"),
        }
    return values


class CompositeAlarm(AlarmBase):
    """An alarm over the states of other alarms."""

    type = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
    identity = ("alarmName",)
    kind = "CompositeAlarms"
    key = "alarmName"
    properties: ClassVar = {
        "alarmName": Property(replace=True),
        "alarmRule": Property(),
        "alarmDescription": Property(),
        "actionsEnabled": Property(default=True),
        **{name: Property(same=set_equal) for name in ACTIONS},
        "actionsSuppressor": Property(),
        "tags": TAGS,
    }

    def put(self, client: Any, inputs: Inputs) -> None:
        """PutCompositeAlarm."""
        names = ("alarmName", "alarmRule", "alarmDescription", "actionsEnabled", *ACTIONS)
        settings = Spelling({"okActions": "OKActions"}).to_aws({name: inputs[name] for name in names if name in inputs})
        if suppressor := inputs.get("actionsSuppressor"):
            settings["ActionsSuppressor"] = suppressor["alarm"]
            settings["ActionsSuppressorWaitPeriod"] = suppressor["waitPeriod"]
            settings["ActionsSuppressorExtensionPeriod"] = suppressor["extensionPeriod"]
        client.put_composite_alarm(**settings)

    def held(self, alarm: Mapping[str, Any]) -> dict[str, Any]:
        """The settings."""
        values = Spelling({"okActions": "OKActions"}).from_aws(alarm)
        suppressor = {
            "alarm": alarm.get("ActionsSuppressor"),
            "waitPeriod": alarm.get("ActionsSuppressorWaitPeriod"),
            "extensionPeriod": alarm.get("ActionsSuppressorExtensionPeriod"),
        }
        return {
            **{name: values.get(name) for name in self.properties},
            "actionsSuppressor": suppressor if suppressor["alarm"] else None,
        }


RESOURCES = (MetricAlarm, CompositeAlarm)
