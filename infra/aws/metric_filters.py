"""Metrics that AWS does not have and logs do: cold starts and the time of queries (section 6.2, C-81)."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.aws.scope import Component

# Lambda's last line of an invocation; `Init Duration` stands in it after a cold start alone.
COLD_START = (
    '[kind="REPORT", w1, request, w2, duration, w3, w4, w5, billed, w6, w7, w8, memory, w9, w10, w11, w12, used, w13, '
    'w14="Init", w15, start, unit="ms"]'
)
# PostgreSQL writes statements of 500 ms and more (log_min_duration_statement): `… LOG:  duration: 612.3 ms  …`.
QUERY_TIME = '[date, time, source, label="duration:", milliseconds, unit="ms", ...]'


def cold_starts(owner: Component, function: str, group: pulumi.Input[str]) -> aws.cloudwatch.LogMetricFilter:
    """The cold starts of a function, in milliseconds."""
    return _filter(owner, f"cold-start-{function}", group, COLD_START, "ColdStartMilliseconds", "$start")


def query_times(owner: Component, group: pulumi.Input[str]) -> aws.cloudwatch.LogMetricFilter:
    """The slow statements of the database, in milliseconds."""
    return _filter(owner, "query-time", group, QUERY_TIME, "QueryMilliseconds", "$milliseconds")


def _filter(
    owner: Component, name: str, group: pulumi.Input[str], pattern: str, metric: str, value: str
) -> aws.cloudwatch.LogMetricFilter:
    return aws.cloudwatch.LogMetricFilter(
        name,
        name=owner.scope.name(name),
        log_group_name=group,
        pattern=pattern,
        metric_transformation={
            "name": metric,
            "namespace": f"DistroNation/{owner.scope.environment}",
            "value": value,
            "unit": "Milliseconds",
        },
        opts=owner.child(),
    )
