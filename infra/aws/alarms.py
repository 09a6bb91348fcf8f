"""What each alarm of the specification measures (sections 6.1 and 6.2): metrics, without resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pulumi_aws as aws

from infra.environment import Environment
from infra.environment.monitoring import AlarmName

Query = aws.cloudwatch.MetricAlarmMetricQueryArgsDict
Metric = aws.cloudwatch.MetricAlarmMetricQueryMetricArgsDict
_MINUTE = 60
_HOUR = 3600


@dataclass(frozen=True)
class Subjects:
    """What is watched, by the names that CloudWatch knows it by."""

    environment: Environment
    apis: Mapping[str, tuple[str, str]]
    """Label to name and stage."""
    functions: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """One thing that is measured: a name, and what CloudWatch computes."""

    name: str
    queries: tuple[Query, ...]
    periods: int = 5
    """How many periods in a row have to be beyond the threshold."""
    unit_of_limit: float = 1
    """What the specification's threshold is multiplied with: 80 % of a limit of 400 is 320."""


def measures(alarm: AlarmName, subjects: Subjects) -> tuple[Measure, ...]:
    """What an alarm watches; one alarm of CloudWatch is made for each."""
    return _MEASURES[alarm](subjects)


def max_connections(min_acu: float, max_acu: float) -> int:
    """PostgreSQL's limit of connections on Serverless v2, as AWS derives it from the capacity in ACU (C-78).

    AWS lists 189 for 1, 823 for 4, 1669 for 8 and 3360 for 16, at most 5000, and 2000 below a minimum of 1.
    """
    ceiling = 2000 if min_acu < 1 else 5000
    return min(ceiling, round(211.4 * max_acu - 22.4))


def _error_rate(subjects: Subjects) -> tuple[Measure, ...]:
    """Share of answers that are 5xx, in percent; at once, so one period is enough."""
    return _by_api(subjects, "error-rate", _Rate("5XXError", "Average", "100 * m"), periods=1)


def _response_time(subjects: Subjects) -> tuple[Measure, ...]:
    return _by_api(subjects, "response-time", _Rate("Latency", "Average"), periods=5)


def _response_time_p95(subjects: Subjects) -> tuple[Measure, ...]:
    return _by_api(subjects, "response-time-p95", _Rate("Latency", "p95"), periods=5)


def _availability(subjects: Subjects) -> tuple[Measure, ...]:
    return _by_api(subjects, "availability", _AVAILABLE, periods=1)


def _availability_target(subjects: Subjects) -> tuple[Measure, ...]:
    return _by_api(subjects, "availability-target", _AVAILABLE, periods=1)


def _database_connections(subjects: Subjects) -> tuple[Measure, ...]:
    spec = subjects.environment.database
    limit = max_connections(spec.min_acu, spec.max_acu) / 100
    return (Measure("database-connections", (_database(subjects, "DatabaseConnections"),), unit_of_limit=limit),)


def _database_cpu(subjects: Subjects) -> tuple[Measure, ...]:
    return (Measure("database-cpu", (_database(subjects, "CPUUtilization"),)),)


def _lambda_throttles(subjects: Subjects) -> tuple[Measure, ...]:
    """Over the environment's own functions: without names the metric counts the whole account's."""
    each: list[Query] = [
        {
            "id": f"f{number}",
            "return_data": False,
            "metric": _metric("AWS/Lambda", "Throttles", "Sum", {"FunctionName": name}),
        }
        for number, name in enumerate(subjects.functions)
    ]
    total: Query = {"id": "total", "expression": "SUM(METRICS())", "label": "throttles", "return_data": True}
    return (Measure("lambda-throttles", (*each, total), periods=1),)


def _query_time(subjects: Subjects) -> tuple[Measure, ...]:
    """The slowest statement of PostgreSQL's log; see metric_filters (C-81)."""
    return (Measure("query-time", (_own(subjects, "QueryMilliseconds"),), periods=1),)


def _cold_start(subjects: Subjects) -> tuple[Measure, ...]:
    """The longest start of a function; see metric_filters (C-81)."""
    return (Measure("cold-start", (_own(subjects, "ColdStartMilliseconds"),), periods=1),)


_MEASURES: Mapping[AlarmName, Callable[[Subjects], tuple[Measure, ...]]] = {
    "error-rate": _error_rate,
    "response-time": _response_time,
    "response-time-p95": _response_time_p95,
    "availability": _availability,
    "availability-target": _availability_target,
    "database-connections": _database_connections,
    "database-cpu": _database_cpu,
    "lambda-throttles": _lambda_throttles,
    "query-time": _query_time,
    "cold-start": _cold_start,
}


@dataclass(frozen=True)
class _Rate:
    """A metric of an API, and what is computed of it (`m`)."""

    metric: str
    statistic: str
    expression: str = ""
    period: int = _MINUTE


# Share of answers that are no 5xx within an hour, in percent.
_AVAILABLE = _Rate("5XXError", "Average", "100 - 100 * m", _HOUR)


def _by_api(subjects: Subjects, alarm: str, rate: _Rate, *, periods: int) -> tuple[Measure, ...]:
    return tuple(
        Measure(f"{alarm}-{label}", _rated(name, stage, rate), periods)
        for label, (name, stage) in subjects.apis.items()
    )


def _rated(name: str, stage: str, rate: _Rate) -> tuple[Query, ...]:
    dimensions = {"ApiName": name, "Stage": stage}
    metric: Metric = {**_metric("AWS/ApiGateway", rate.metric, rate.statistic, dimensions), "period": rate.period}
    if not rate.expression:
        return ({"id": "m", "return_data": True, "metric": metric},)
    return (
        {"id": "m", "return_data": False, "metric": metric},
        {"id": "rate", "return_data": True, "expression": rate.expression, "label": rate.metric},
    )


def _database(subjects: Subjects, metric: str) -> Query:
    dimensions = {"DBClusterIdentifier": subjects.environment.cluster}
    return {"id": "m", "return_data": True, "metric": _metric("AWS/RDS", metric, "Average", dimensions)}


def _own(subjects: Subjects, metric: str) -> Query:
    found = _metric(f"DistroNation/{subjects.environment.name}", metric, "Maximum", {})
    return {"id": "m", "return_data": True, "metric": found}


def _metric(namespace: str, metric: str, statistic: str, dimensions: Mapping[str, str]) -> Metric:
    return {
        "namespace": namespace,
        "metric_name": metric,
        "stat": statistic,
        "period": _MINUTE,
        "dimensions": dimensions,
    }
