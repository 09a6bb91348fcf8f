"""Custom business metrics in the project's own namespace (section 6.1)."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from . import log
from .clients import client
from .settings import Settings


def namespace(environment: str) -> str:
    """Each environment's own: a function may write to no other."""
    return f"DistroNation/{environment}"


def count(settings: Settings, name: str, value: float = 1) -> None:
    """Add to a counter of the environment. Work that was done is not undone because it could not be counted."""
    datum = {"MetricName": name, "Unit": "Count", "Value": value}
    try:
        client("cloudwatch").put_metric_data(Namespace=namespace(settings.environment), MetricData=[datum])
    except (BotoCoreError, ClientError) as error:
        log.write("metric-lost", metric=name, error=error)
