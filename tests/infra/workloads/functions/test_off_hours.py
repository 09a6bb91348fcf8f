"""Off-hours: what carries the environment's tags is stopped and started, nothing else (1.1-15, 1.1-24, 7.2-06)."""

from __future__ import annotations

from typing import Any

import pytest

from infra.workloads.functions.off_hours.handler import NotSettled, UnknownAction, handle
from tests.infra.workloads.functions.conftest import Stubs

OWN = [{"Key": "environment", "Value": "local"}, {"Key": "schedule", "Value": "business-hours"}]


def _instances(stubs: Stubs, state: str, *names: str) -> None:
    filters = [
        {"Name": "tag:schedule", "Values": ["business-hours"]},
        {"Name": "tag:environment", "Values": ["local"]},
        {"Name": "instance-state-name", "Values": [state]},
    ]
    answer = {"Reservations": [{"Instances": [{"InstanceId": name} for name in names]}]}
    stubs["ec2"].add_response("describe_instances", answer, {"Filters": filters})


def _cluster(name: str, status: str, tags: list[dict[str, str]]) -> dict[str, Any]:
    return {"DBClusterIdentifier": name, "Status": status, "TagList": tags}


def _clusters(stubs: Stubs, *clusters: dict[str, Any]) -> None:
    stubs["rds"].add_response("describe_db_clusters", {"DBClusters": list(clusters)})


def test_stop_stops_what_runs_and_is_the_environments_own(stubs: Stubs) -> None:
    _instances(stubs, "running", "i-1")
    stubs["ec2"].add_response("stop_instances", {}, {"InstanceIds": ["i-1"]})
    foreign = [{"Key": "environment", "Value": "prod"}, OWN[1]]
    _clusters(stubs, _cluster("own", "available", OWN), _cluster("prod", "available", foreign))
    stubs["rds"].add_response("stop_db_cluster", {}, {"DBClusterIdentifier": "own"})
    assert handle({"action": "stop"}, None) == {"changed": ["i-1", "own"]}
    stubs.all_used()


def test_stopping_again_at_night_changes_nothing_unless_something_started(stubs: Stubs) -> None:
    """C-27: a stopped cluster starts by itself after seven days."""
    _instances(stubs, "running")
    _clusters(stubs, _cluster("own", "stopped", OWN))
    assert handle({"action": "stop"}, None) == {"changed": []}


def test_what_is_on_its_way_is_tried_again_by_the_scheduler(stubs: Stubs) -> None:
    _instances(stubs, "running")
    _clusters(stubs, _cluster("own", "starting", OWN))
    with pytest.raises(NotSettled, match="own"):
        handle({"action": "stop"}, None)


def test_a_cluster_that_moved_meanwhile_is_tried_again(stubs: Stubs) -> None:
    _instances(stubs, "stopped")
    _clusters(stubs, _cluster("own", "stopped", OWN))
    stubs["rds"].add_client_error("start_db_cluster", "InvalidDBClusterStateFault")
    _instances(stubs, "stopping")
    with pytest.raises(NotSettled, match="own"):
        handle({"action": "start"}, None)


def test_start_starts_both(stubs: Stubs) -> None:
    _instances(stubs, "stopped", "i-1")
    stubs["ec2"].add_response("start_instances", {}, {"InstanceIds": ["i-1"]})
    _clusters(stubs, _cluster("own", "stopped", OWN))
    stubs["rds"].add_response("start_db_cluster", {}, {"DBClusterIdentifier": "own"})
    _instances(stubs, "stopping")
    assert handle({"action": "start"}, None) == {"changed": ["i-1", "own"]}


@pytest.mark.usefixtures("stubs")
def test_any_other_action_is_refused() -> None:
    with pytest.raises(UnknownAction):
        handle({"action": "delete"}, None)
