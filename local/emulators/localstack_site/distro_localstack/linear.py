"""What takes LocalStack time by the square of the resources that it holds, done in time by their number."""

from __future__ import annotations

import copy
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_BATCH = 20
"""Metrics in one call. LocalStack looks through the whole call for each of them."""


def amend(service: str) -> None:
    """To be called when a service has been loaded. Most are well as they are."""
    if amendment := _AMENDMENTS.get(service):
        amendment()


def _log_groups() -> None:
    """Each question for one log group copied all of them, with every line; what is copied is changed in no depth."""
    from localstack.services.logs import provider

    provider.copy = types.SimpleNamespace(deepcopy=copy.copy)


def _queue_metrics() -> None:
    """Every minute the lengths of all queues are put down, in calls of 900 metrics."""
    from localstack.services.sqs import provider

    publish = provider.publish_sqs_metric_batch

    def in_small_batches(account_id: str, region: str, sqs_metric_batch_data: Sequence[Any]) -> None:
        for start in range(0, len(sqs_metric_batch_data), _BATCH):
            publish(account_id, region, sqs_metric_batch_data[start : start + _BATCH])

    provider.publish_sqs_metric_batch = in_small_batches


_AMENDMENTS: Mapping[str, Callable[[], None]] = {"logs": _log_groups, "sqs": _queue_metrics}
