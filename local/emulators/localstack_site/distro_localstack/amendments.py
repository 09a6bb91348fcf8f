"""What is put right in a service of LocalStack once it is loaded.

Questions that take time by the square of what it holds get their answer in time by its number; tags of log groups are
kept and dropped with them.
"""

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
    from localstack.services.logs import models, provider
    from localstack.utils.aws import arns

    # Each question for one log group copied all of them, with every line; what is copied is changed in no depth.
    provider.copy = types.SimpleNamespace(deepcopy=copy.copy)
    # A group that was made without tags did not keep those that it got later; one that was deleted left its own behind.
    vars(models.LogsStore)["TAGS"].default = _Tags
    delete = models.MotoLogsBackend.delete_log_group

    def delete_with_tags(backend: Any, log_group_name: str) -> None:
        delete(backend, log_group_name)
        arn = arns.log_group_arn(log_group_name, backend.account_id, backend.region_name)
        models.logs_stores[backend.account_id][backend.region_name].TAGS.pop(arn, None)

    models.MotoLogsBackend.delete_log_group = delete_with_tags


class _Tags(dict[str, dict[str, str]]):
    """By ARN; what is changed of an unknown one's is kept."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002 -- its callers give an empty one
        return self.setdefault(key, {})


def _queue_metrics() -> None:
    """Every minute the lengths of all queues are put down, in calls of 900 metrics."""
    from localstack.services.sqs import provider

    publish = provider.publish_sqs_metric_batch

    def in_small_batches(account_id: str, region: str, sqs_metric_batch_data: Sequence[Any]) -> None:
        for start in range(0, len(sqs_metric_batch_data), _BATCH):
            publish(account_id, region, sqs_metric_batch_data[start : start + _BATCH])

    provider.publish_sqs_metric_batch = in_small_batches


_AMENDMENTS: Mapping[str, Callable[[], None]] = {"logs": _log_groups, "sqs": _queue_metrics}
