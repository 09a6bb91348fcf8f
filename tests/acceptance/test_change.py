"""`up local` again: what changed is changed, and what was changed behind the engine's back is mended."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest

from tests.acceptance.deployed import Deployed
from tests.acceptance.drift import DRIFT, FLAG, HEALTH
from tests.acceptance.project import Project

pytestmark = pytest.mark.xdist_group("standing")

Edit = Callable[[str, str, str], None]


@pytest.fixture
def edited(project: Project) -> Iterator[Edit]:
    """Replaces a text in a file of the copy; afterwards the checkout's own version is deployed again."""
    yield project.edit
    project.restore()
    project.up()


def test_nothing_changed_changes_nothing(deployed: Deployed) -> None:
    before = _engine_ran(deployed)
    assert deployed.up() == {}
    assert _engine_ran(deployed) == before, "no engine is needed to find that out"


def test_an_engine_looks_where_what_was_deployed_is_not_known(deployed: Deployed) -> None:
    """The provider alone remembers it: one that was started anew does not."""
    before = _engine_ran(deployed)
    os.kill(deployed.project.pid("provider"), signal.SIGKILL)
    assert deployed.up() == {}
    after = _engine_ran(deployed)
    assert after != before
    assert deployed.up() == {}
    assert _engine_ran(deployed) == after


def test_a_source_that_changes_nothing_is_looked_at_by_the_engine(deployed: Deployed, edited: Edit) -> None:
    before = _engine_ran(deployed)
    edited("Pulumi.local.yaml", "cloud: emulated", "cloud: emulated  # as ever")
    assert deployed.up() == {}
    assert _engine_ran(deployed) != before


def _engine_ran(deployed: Deployed) -> int:
    return (deployed.project.stack("default") / "workspace" / "events.jsonl").stat().st_mtime_ns


def test_one_value_updates_exactly_that_resource(deployed: Deployed, edited: Edit) -> None:
    before = deployed.aws("lambda").get_function_configuration(FunctionName=HEALTH)
    edited(
        "Pulumi.local.yaml", "cloud: emulated", "cloud: emulated\n    functions: { each: { health: { memory: 192 } } }"
    )
    assert deployed.up() == {"update": 1}
    assert deployed.changed() == {"update": {"health"}}
    after = deployed.aws("lambda").get_function_configuration(FunctionName=HEALTH)
    assert (before["MemorySize"], after["MemorySize"]) == (128, 192)
    assert before["FunctionArn"] == after["FunctionArn"]
    assert httpx.get(f"{deployed.variables['API_URL']}/health", timeout=60).status_code == 200


def test_what_is_removed_is_deleted(deployed: Deployed, edited: Edit) -> None:
    assert deployed.aws("ssm").get_parameters(Names=[FLAG])["Parameters"]
    edited("Pulumi.dev.yaml", ", experimental-features: true", "")
    assert deployed.up() == {"delete": 1}
    assert deployed.changed() == {"delete": {"flag-experimental-features"}}
    assert deployed.aws("ssm").get_parameters(Names=[FLAG])["Parameters"] == []


def test_what_cannot_be_changed_is_replaced_with_all_that_hangs_on_it(deployed: Deployed, edited: Edit) -> None:
    ec2 = deployed.aws("ec2")
    before = _networks(ec2)
    edited("Pulumi.local.yaml", "10.30.0.0/16", "10.31.0.0/16")
    changes = deployed.up()
    assert changes.keys() == {"replace", "update"}
    assert {"vpc", "public-a", "private-a", "web", "nat-a", "tools"} <= deployed.changed()["replace"]
    after = _networks(ec2)
    assert (list(before.values()), list(after.values())) == (["10.30.0.0/16"], ["10.31.0.0/16"])
    assert before.keys().isdisjoint(after)
    inside = {group["VpcId"] for group in ec2.describe_security_groups()["SecurityGroups"]}
    assert inside - after.keys() == {_default_network(ec2)}
    assert httpx.get(f"{deployed.variables['API_URL']}/health", timeout=60).status_code == 200


def _networks(ec2: Any) -> dict[str, str]:
    return {item["VpcId"]: item["CidrBlock"] for item in ec2.describe_vpcs()["Vpcs"] if not item["IsDefault"]}


def _default_network(ec2: Any) -> Any:
    return next(item["VpcId"] for item in ec2.describe_vpcs()["Vpcs"] if item["IsDefault"])


# --- behind the engine's back ---------------------------------------------------------------------------------------


def test_what_was_changed_elsewhere_is_mended(deployed: Deployed) -> None:
    for each in DRIFT:
        each.damage(deployed)
    unnoticed = [each.resource for each in DRIFT if each.mended(deployed)]
    assert unnoticed == [], "these were not damaged"
    found = deployed.project.run("drift", "local", "--json")
    assert found.code == 4, found.errors
    drifted = {each["urn"].rpartition("::")[2] for each in found.document["drifted"]}
    assert {each.resource for each in DRIFT} <= drifted
    assert deployed.up().keys() >= {"create", "update"}
    changed = deployed.changed()
    assert [each for each in DRIFT if each.resource not in changed[each.op]] == []
    assert [each.resource for each in DRIFT if not each.mended(deployed)] == []
    assert httpx.get(f"{deployed.variables['API_URL']}/health", timeout=60).status_code == 200
    assert deployed.up() == {}


def test_a_dropped_database_comes_back(project: Project, deployed: Deployed) -> None:
    before = urlsplit(deployed.variables["DATABASE_URL"])
    with psycopg.connect(urlunsplit(before._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute("drop database catalogue with (force)")
    deployed.up()
    assert "database" in deployed.changed()["replace"]
    with psycopg.connect(project.variables_of()["DATABASE_URL"]) as connection:
        assert connection.execute("select current_database()").fetchone() == ("catalogue",)
    assert httpx.get(f"{deployed.variables['API_URL']}/health", timeout=60).status_code == 200


def test_reset_goes_back_to_a_fresh_deployment(project: Project, deployed: Deployed) -> None:
    deployed.aws("ssm").put_parameter(Name="/mine", Value="mine", Type="String")
    refused = project.run("reset", "local")
    assert (refused.code, "--yes" in refused.errors) == (2, True)
    finished = project.run("reset", "local", "--yes", "--json")
    assert finished.code == 0, finished.errors
    assert finished.document.keys() >= {"environment", "result"}
    fresh = Deployed(project, project.variables_of())
    assert fresh.aws("ssm").get_parameters(Names=["/mine"])["Parameters"] == []
    assert httpx.get(f"{fresh.variables['API_URL']}/health", timeout=60).status_code == 200
