"""Alarms on percentiles and expressions: MiniStack gives them another statistic, and drops an expression's metrics."""

from __future__ import annotations

from typing import Any

from ministack.services import cloudwatch

_OF_ONE_METRIC = ("Statistic", "Period")
"""What an alarm on several metrics does not have (CloudWatch API Reference, "PutMetricAlarm")."""
_OF_SEVERAL = ("Metrics", "ThresholdMetricId")

_put = cloudwatch._put_metric_alarm


def install() -> None:
    """Replace the one function that keeps alarms."""
    cloudwatch._put_metric_alarm = _put_metric_alarm


def _put_metric_alarm(params: Any, data: dict[str, Any], *protocol: bool) -> Any:
    answer = _put(params, data, *protocol)
    alarm = cloudwatch._alarms.get(data.get("AlarmName", ""))
    if alarm and data.get("ExtendedStatistic"):
        alarm.pop("Statistic", None)
    if alarm and data.get("Metrics"):
        alarm.update({name: data[name] for name in _OF_SEVERAL if name in data})
        for name in _OF_ONE_METRIC:
            alarm.pop(name, None)
    return answer
