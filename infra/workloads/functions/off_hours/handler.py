"""Scheduled: stops and starts what need not run outside business hours (sections 1.1 and 7.2).

EventBridge Scheduler decides when, in New York's time; this decides what: the instances and clusters that carry the
environment's tag and `schedule: business-hours`. Stopping is repeated through the night, because a stopped Aurora
cluster starts by itself after seven days (C-27).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from ..common import log
from ..common.clients import client
from ..common.settings import Settings, load

_TAG = {"schedule": "business-hours"}


class UnknownAction(ValueError):
    """The schedule asks for something that is neither `stop` nor `start`."""


class NotSettled(RuntimeError):
    """Something is still on its way from one state to the other: the scheduler has to try again."""


def handle(event: Mapping[str, Any], _context: object) -> dict[str, list[str]]:
    """Stop or start everything that has not arrived there yet, and tell what; raises UnknownAction, NotSettled."""
    action = str(event.get("action"))
    if action not in _ACTIONS:
        raise UnknownAction(f"action {action!r}: stop or start")
    changed, pending = _ACTIONS[action](load())
    log.write("off-hours", action=action, changed=changed, pending=pending)
    if pending:
        raise NotSettled(", ".join(pending))
    return {"changed": changed}


Outcome = tuple[list[str], list[str]]


def _stop(settings: Settings) -> Outcome:
    instances = _instances(settings, "running")
    if instances:
        client("ec2").stop_instances(InstanceIds=instances)
    clusters, pending = _clusters(settings, {"available"}, {"starting"})
    refused = _each(clusters, lambda name: client("rds").stop_db_cluster(DBClusterIdentifier=name))
    return instances + [name for name in clusters if name not in refused], pending + refused


def _start(settings: Settings) -> Outcome:
    instances = _instances(settings, "stopped")
    if instances:
        client("ec2").start_instances(InstanceIds=instances)
    clusters, pending = _clusters(settings, {"stopped"}, {"stopping"})
    refused = _each(clusters, lambda name: client("rds").start_db_cluster(DBClusterIdentifier=name))
    pending += refused + _instances(settings, "stopping")
    return instances + [name for name in clusters if name not in refused], pending


_ACTIONS: Mapping[str, Callable[[Settings], Outcome]] = {"stop": _stop, "start": _start}


def _each(names: list[str], act: Callable[[str], object]) -> list[str]:
    """Act on each and return those that were in another state by then; any other refusal raises ClientError."""
    refused = []
    for name in names:
        try:
            act(name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidDBClusterStateFault":
                raise
            refused.append(name)
    return refused


def _instances(settings: Settings, state: str) -> list[str]:
    tags = _TAG | {"environment": settings.environment}
    filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in tags.items()]
    filters.append({"Name": "instance-state-name", "Values": [state]})
    pages = client("ec2").get_paginator("describe_instances").paginate(Filters=filters)
    groups = (group for page in pages for group in page["Reservations"])
    return [instance["InstanceId"] for group in groups for instance in group["Instances"]]


def _clusters(settings: Settings, ready: set[str], moving: set[str]) -> Outcome:
    """Names of the clusters that can be acted on now, and of those that will be able to soon."""
    found = list(_tagged_clusters(settings))
    return (
        [cluster["DBClusterIdentifier"] for cluster in found if cluster["Status"] in ready],
        [cluster["DBClusterIdentifier"] for cluster in found if cluster["Status"] in moving],
    )


def _tagged_clusters(settings: Settings) -> Iterator[Mapping[str, Any]]:
    wanted = (_TAG | {"environment": settings.environment}).items()
    for page in client("rds").get_paginator("describe_db_clusters").paginate():
        for cluster in page["DBClusters"]:
            tags = {tag["Key"]: tag["Value"] for tag in cluster.get("TagList", ())}
            if wanted <= tags.items():
                yield cluster
