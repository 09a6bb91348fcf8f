"""The CloudWatch dashboard: a row for each group of metrics that the environment collects (section 6.1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from infra.aws.alarms import Subjects
from infra.environment.monitoring import MetricGroup

Widget = dict[str, Any]
_WIDTH, _HEIGHT, _COLUMNS = 8, 6, 24


def body(subjects: Subjects, region: str) -> str:
    """The dashboard as CloudWatch's JSON."""
    rows = [_ROWS[group](subjects) for group in subjects.environment.monitoring.metrics]
    placed = [
        _placed(widget, column, row, region) for row, each in enumerate(rows) for column, widget in enumerate(each)
    ]
    return json.dumps({"widgets": placed})


def _placed(widget: Widget, column: int, row: int, region: str) -> Widget:
    place = {"x": column * _WIDTH % _COLUMNS, "y": row * _HEIGHT, "width": _WIDTH, "height": _HEIGHT}
    return {"type": "metric", **place, "properties": {"region": region, "view": "timeSeries", "period": 300, **widget}}


def _functions(subjects: Subjects) -> list[Widget]:
    return [
        _chart(f"Lambda {metric.lower()}", statistic, _by_function(subjects, metric))
        for metric, statistic in (("Duration", "p95"), ("Errors", "Sum"), ("Throttles", "Sum"))
    ]


def _apis(subjects: Subjects) -> list[Widget]:
    return [
        _chart(f"API {metric}", statistic, _by_api(subjects, metric))
        for metric, statistic in (("Latency", "p95"), ("4XXError", "Average"), ("5XXError", "Average"))
    ]


def _database(subjects: Subjects) -> list[Widget]:
    cluster = ["DBClusterIdentifier", subjects.environment.cluster]
    latency = [["AWS/RDS", metric, *cluster] for metric in ("ReadLatency", "WriteLatency")]
    return [
        _chart("Database CPU", "Average", [["AWS/RDS", "CPUUtilization", *cluster]]),
        _chart("Database connections", "Maximum", [["AWS/RDS", "DatabaseConnections", *cluster]]),
        _chart("Database latency", "Average", latency),
    ]


def _business(subjects: Subjects) -> list[Widget]:
    namespace = f"DistroNation/{subjects.environment.name}"
    names = ("UploadsIssued", "AssetsIngested", "ReleasesCreated", "DatabaseExports")
    return [_chart("Business", "Sum", [[namespace, name] for name in names])]


def _load_test(subjects: Subjects) -> list[Widget]:
    """Read while a load test runs: requests, and how many functions work at once."""
    return [
        _chart("Requests", "Sum", _by_api(subjects, "Count")),
        _chart("Concurrent executions", "Maximum", _by_function(subjects, "ConcurrentExecutions")),
    ]


def _debug(subjects: Subjects) -> list[Widget]:
    cluster = ["DBClusterIdentifier", subjects.environment.cluster]
    return [
        _chart("Integration latency", "Average", _by_api(subjects, "IntegrationLatency")),
        _chart("Invocations", "Sum", _by_function(subjects, "Invocations")),
        _chart("Database capacity", "Average", [["AWS/RDS", "ServerlessDatabaseCapacity", *cluster]]),
    ]


_ROWS: Mapping[MetricGroup, Callable[[Subjects], list[Widget]]] = {
    "lambda": _functions,
    "api": _apis,
    "database": _database,
    "business": _business,
    "load-test": _load_test,
    "debug": _debug,
}


def _chart(title: str, statistic: str, metrics: Iterable[list[str]]) -> Widget:
    return {"title": title, "stat": statistic, "metrics": list(metrics)}


def _by_function(subjects: Subjects, metric: str) -> list[list[str]]:
    return [["AWS/Lambda", metric, "FunctionName", name] for name in subjects.functions]


def _by_api(subjects: Subjects, metric: str) -> list[list[str]]:
    return [["AWS/ApiGateway", metric, "ApiName", name, "Stage", stage] for name, stage in subjects.apis.values()]
