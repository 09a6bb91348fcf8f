"""Metrics, alarms, logs and performance baselines (section 6)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from infra.environment.base import Form, Section, Severity, Text, setting

AlarmName = Literal[
    "error-rate",
    "response-time",
    "response-time-p95",
    "database-connections",
    "database-cpu",
    "lambda-throttles",
    "query-time",
    "cold-start",
    "availability",
    "availability-target",
]
UNITS: Mapping[AlarmName, str] = {
    "error-rate": "%",
    "response-time": "ms",
    "response-time-p95": "ms",
    "database-connections": "% of max_connections",
    "database-cpu": "%",
    "lambda-throttles": "throttles",
    "query-time": "ms",
    "cold-start": "ms",
    "availability": "%",
    "availability-target": "%",
}
MetricGroup = Literal["lambda", "api", "database", "business", "load-test", "debug"]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[a-z0-9.-]+\.[a-z]{2,}$"), Form("an e-mail address")]
RetentionDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]


class Alarm(Section):
    """An alarm; its unit follows from its name (`UNITS`)."""

    above: float | None = setting("6.1", "Goes off above this value.", default=None, ge=0)
    below: float | None = setting("6.1", "Goes off below this value.", default=None, ge=0)
    severity: Severity = setting("6.1", "immediate: at once; warning: in the day's work.")


class LogRetention(Section):
    """How long logs are kept; the defaults are those below production."""

    application: RetentionDays = setting("6.1", "Application logs.", unit="days", default=7)
    access: RetentionDays = setting("6.1", "Access logs.", unit="days", default=30)
    audit: RetentionDays = setting(
        "6.1", "Audit logs; below production like access logs (C-80).", unit="days", default=30
    )
    debug: RetentionDays = setting("6.1", "Debug logs.", unit="days", default=3)


class Monitoring(Section):
    """Metrics, alarms and logs; the defaults are those below production."""

    metrics: tuple[MetricGroup, ...] = setting(
        "6.1", "Groups of metrics collected.", default=("lambda", "api", "database"), min_length=1
    )
    alarms: Mapping[AlarmName, Alarm] = setting(
        "6.1",
        "Alarms by name; below production critical errors and utilization.",
        default={
            "error-rate": Alarm(above=1, severity="immediate"),
            "database-cpu": Alarm(above=80, severity="warning"),
        },
    )
    log_retention: LogRetention = setting("6.1", "Retention per kind of log.", default=LogRetention())
    dashboard: bool = setting("6.1", "A CloudWatch dashboard.", default=True)
    subscribers: Mapping[Severity, tuple[Email, ...]] = setting(
        "6.1", "E-mail addresses that get alerts, per severity (open point, C-76).", default={}
    )


class Baseline(Section):
    """A target of the performance table."""

    target: float = setting("6.2", "Target: at most, for availability at least.", ge=0)
    alert: float = setting("6.2", "Alert threshold.", ge=0)
    unit: Literal["ms", "%"] = setting("6.2", "Unit of both.")
    measured_by: Text = setting("6.2", "Where it is measured (C-81).")


BaselineName = Literal["api-response-p95", "query-time-average", "cold-start", "error-rate", "availability"]
Baselines = Mapping[BaselineName, Baseline]
