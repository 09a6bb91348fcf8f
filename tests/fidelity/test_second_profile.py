"""The local environment on the light profile: what the tables, `smoke` and `parity` hold of it on the other one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from tests.driver import Sandbox, distro
from tests.fidelity.conftest import of_sandbox
from tests.fidelity.coverage import tables
from tests.fidelity.table import Row
from tests.fidelity.world import World

pytestmark = pytest.mark.xdist_group("ministack")

READ = [row for row in tables() if row.source("local") == "cloud" and "local" in row.environments()]


@pytest.fixture(scope="module")
def light() -> Iterator[Sandbox]:
    """A sandbox on MiniStack."""
    name = f"{os.environ['DISTRO_TEST_SANDBOX']}-light"
    try:
        finished = distro("up", "local", "--aws", "ministack", "--sandbox", name, "--json", timeout=1500)
        assert finished.code == 0, finished.errors
        yield Sandbox(name, json.loads(finished.output))
    finally:
        finished = distro("down", "local", "--sandbox", name, "--yes")
        assert finished.code == 0, finished.errors


@pytest.fixture(scope="module")
def local(light: Sandbox) -> Iterator[World]:
    with of_sandbox(light.name, light.variables()) as world:
        yield world


@pytest.mark.parametrize("row", READ, ids=lambda row: f"{row.statement}-{row.place}")
def test_a_row_of_the_tables_holds(local: World, row: Row) -> None:
    row.check(local)


def test_every_smoke_check_passes(light: Sandbox) -> None:
    finished = light.run("smoke", "local", "--json")
    assert finished.code == 0, finished.output


def test_every_applied_property_reads_back(light: Sandbox) -> None:
    document = light.run("parity", "local", "--aws", "ministack", "--json").document
    assert document["mismatches"] == []
    assert document["profile"] == "ministack"
    assert document["gaps"].keys() >= {"apigateway", "logs", "rds"}
    reasons = {
        name: rule["reason"]
        for entry in document["types"]
        for name, rule in entry["properties"].items()
        if entry["type"] == "aws:secretsmanager/secret:Secret"
    }
    assert reasons["forceOverwriteReplicaSecret"] == "asked for on no profile: LocalStack has no replicas of secrets"


def test_it_stays_on_its_profile(light: Sandbox) -> None:
    """Whoever names none gets the one that runs, and nothing is deployed again."""
    finished = light.run("up", "local", "--json")
    document = finished.document
    assert document["profile"] == "ministack"
    assert {kind: count for kind, count in document["changes"].items() if count} == {
        "same": light.document["resources"]
    }
    other = light.run("up", "local", "--aws", "localstack")
    assert other.code == 2
    assert "ministack" in other.errors
    assert light.run("parity", "local", "--aws", "localstack").code == 2


def test_its_emulators_are_told_by_status_env_and_logs(light: Sandbox) -> None:
    names = {component["name"] for component in light.run("status", "local", "--json").document["components"]}
    assert "ministack" in names
    assert "localstack" not in names
    variables = light.variables()
    assert (
        variables["AWS_ENDPOINT_URL"]
        == variables["AWS_ENDPOINT_URL_LAMBDA"]
        == light.document["endpoints"]["ministack"]
    )
    assert variables["AWS_ENDPOINT_URL_RDS"] == light.document["endpoints"]["moto"]
    assert "distronation-local-ingest" in light.run("logs", "local", "ministack", "-n", "1000").output
