"""A rehearsal: `shared`, dev, staging and prod in one emulated account, none of them touching another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.acceptance.account import read_back
from tests.conftest import REHEARSED
from tests.driver import Rehearsal, distro
from tests.fidelity.world import Cloud

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("rehearsal")]

OWNER = {"Authorization": "Bearer owner"}


def test_each_environment_is_whole(rehearsal: Rehearsal) -> None:
    for environment in REHEARSED:
        document = rehearsal.documents[environment]
        assert (document["environment"], document["result"]) == (environment, "succeeded")
        assert document["resources"] > 150


def test_status_shows_the_emulators_once_and_every_stack(rehearsal: Rehearsal) -> None:
    document = distro("--rehearse", "status", "--sandbox", rehearsal.name, "--json").document
    assert {each["state"] for each in document["components"]} == {"running"}
    stacks = {each["environment"]: each for each in document["stacks"]}
    assert list(stacks) == ["shared", *REHEARSED]
    assert {each["result"] for each in stacks.values()} == {"running"}


def test_each_environment_has_its_own_api_database_and_project(rehearsal: Rehearsal) -> None:
    found = [rehearsal.variables(environment) for environment in REHEARSED]
    for name in ("API_URL", "DATABASE_URL", "GCLOUD_PROJECT"):
        assert len({each[name] for each in found}) == len(REHEARSED)
    assert {each["AWS_ACCESS_KEY_ID"] for each in found} == {"867653852961"}
    assert found[0]["GCLOUD_PROJECT"] == "demo-distronation-dev"


@pytest.mark.parametrize("environment", REHEARSED)
def test_smoke_passes(rehearsal: Rehearsal, environment: str) -> None:
    finished = rehearsal.run("smoke", environment, "--json")
    checks = finished.document["checks"]
    assert {each["result"] for each in checks} == {"passed"}, finished.output
    open_to_people = environment == "dev"  # nobody else is given PostgreSQL's password (2.2-22, 2.2-26)
    assert ("database" in {each["name"] for each in checks}) is open_to_people


def test_nothing_is_left_to_do(rehearsal: Rehearsal) -> None:
    document = rehearsal.run("up", "staging", "--json").document
    changed = {kind: count for kind, count in document["changes"].items() if count and kind != "same"}
    assert changed == {}


def _credentials(rehearsal: Rehearsal, environment: str) -> dict[str, str]:
    """Of the master user, as whoever may read the environment's secret gets them."""
    variables, outputs = rehearsal.variables(environment), rehearsal.run("outputs", environment, "--json").document
    with closing(Cloud(variables)) as cloud:
        secret = cloud.aws("secretsmanager").get_secret_value(SecretId=outputs["database_secret_arn"])
    return {**json.loads(secret["SecretString"]), "dbname": outputs["database_name"], "url": variables["DATABASE_URL"]}


def test_a_database_role_comes_into_its_own_database_alone(rehearsal: Rehearsal) -> None:
    found = {environment: _credentials(rehearsal, environment) for environment in REHEARSED}
    for environment, own in found.items():
        for other, theirs in found.items():
            target = make_conninfo(own["url"], user=own["username"], password=own["password"], dbname=theirs["dbname"])
            if other == environment:
                psycopg.connect(target, connect_timeout=5).close()
            else:
                with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                    psycopg.connect(target, connect_timeout=5)


@pytest.fixture
def user_of_dev(rehearsal: Rehearsal) -> Iterator[dict[str, str]]:
    """An account in dev's Firebase project."""
    variables = rehearsal.variables("dev")
    user = {"email": "somebody@example.com", "password": "Long-enough-9-to-keep"}
    made = _identity(variables, f"accounts:signUp?key={variables['GCLOUD_PROJECT']}", user).raise_for_status().json()
    yield user
    _administer(variables, "accounts:delete", {"localId": made["localId"]}).raise_for_status()


def _identity(variables: dict[str, str], method: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    base = f"http://{variables['FIREBASE_AUTH_EMULATOR_HOST']}/identitytoolkit.googleapis.com/v1"
    return httpx.post(f"{base}/{method}", json=body, headers=headers, trust_env=False)


def _administer(variables: dict[str, str], method: str, body: dict[str, Any]) -> httpx.Response:
    return _identity(variables, f"projects/{variables['GCLOUD_PROJECT']}/{method}", body, **OWNER)


def test_a_user_of_one_project_is_unknown_to_the_others(rehearsal: Rehearsal, user_of_dev: dict[str, str]) -> None:
    known = {}
    for environment in REHEARSED:
        variables = rehearsal.variables(environment)
        key = variables["GCLOUD_PROJECT"]
        signed_in = _identity(variables, f"accounts:signInWithPassword?key={key}", user_of_dev)
        listed = _administer(variables, "accounts:lookup", {"email": [user_of_dev["email"]]}).json().get("users", [])
        known[environment] = (signed_in.status_code, len(listed))
    assert known == {"dev": (200, 1), "staging": (400, 0), "prod": (400, 0)}


def test_shared_stays_while_others_use_it(rehearsal: Rehearsal) -> None:
    finished = rehearsal.run("down", "shared", "--yes")
    assert finished.code == 2
    assert "staging" in finished.errors


def test_what_is_destroyed_takes_nothing_of_others_along(rehearsal: Rehearsal) -> None:
    others = ("shared", "staging", "prod")
    before = read_back(rehearsal, *others)
    assert all(each.id for each in before.values())
    destroyed = rehearsal.run("down", "dev", "--yes")
    try:
        assert destroyed.code == 0, destroyed.errors
        after = read_back(rehearsal, *others)
        assert {urn for urn, found in before.items() if after[urn] != found} == set()
        assert rehearsal.run("env", "dev").code == 2
    finally:
        again = rehearsal.run("up", "dev", "--json")
    assert again.document["changes"]["create"] > 150


def test_several_rehearsals_live_side_by_side(rehearsal: Rehearsal) -> None:
    second = Rehearsal(f"{rehearsal.name}-second", {})
    try:
        made = second.run("up", "shared", "--json")
        assert made.document["result"] == "succeeded", made.errors
        ours = distro("--rehearse", "status", "--sandbox", rehearsal.name, "--json").document
        endpoints = {each["endpoint"] for each in ours["components"]}
        assert endpoints.isdisjoint(made.document["endpoints"].values())
    finally:
        ended = second.run("down", "shared", "--yes")
    assert ended.code == 0, ended.errors
    assert not second.state("shared").parent.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rehearse", "up", "local"), "local is no part of a rehearsal"),
        (("up", "staging"), "knows local here"),
        (("--rehearse", "down"), "Which environment?"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...], message: str) -> None:
    finished = distro(*arguments)
    assert finished.code == 2
    assert message in finished.errors
