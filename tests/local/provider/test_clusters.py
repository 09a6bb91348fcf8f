"""Aurora clusters: RDS's record, the database behind it, its secret and its Data API belong together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError

from local.provider import databases
from local.provider.cloud import Cloud
from local.provider.services.rds_settings import NO_DATA_API
from local.rdsdata.upstream import DISABLED_TAG
from tests.local.provider.samples import Sample
from tests.local.provider.world import Thing, World

pytestmark = pytest.mark.xdist_group("conformance")

INPUTS = {
    "engine": "aurora-postgresql",
    "engineVersion": "16.8",
    "databaseName": "catalogue",
    "masterUsername": "owner",
    "manageMasterUserPassword": True,
    "enableHttpEndpoint": True,
    "skipFinalSnapshot": True,
}


@pytest.fixture
def made(world: World) -> Iterator[Any]:
    """A function that makes clusters; they go with the test."""
    things: list[Thing] = []

    def make(name: str, **more: Any) -> Thing:
        inputs = {"clusterIdentifier": name, **INPUTS, **more}
        things.append(world.make(Sample(name, "aws:rds/cluster:Cluster", inputs)))
        return things[-1]

    yield make
    for thing in things:
        world.delete(thing)


def login(cloud: Cloud, thing: Thing) -> dict[str, str]:
    arn = thing.outputs["masterUserSecrets"][0]["secretArn"]
    return dict(json.loads(cloud.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]))


def url(thing: Thing, user: str, password: str) -> str:
    held = thing.outputs
    return f"postgresql://{user}:{password}@{held['endpoint']}:{held['port']}/{held['databaseName']}"


def answer(thing: Thing, user: str, password: str, query: str) -> Any:
    with psycopg.connect(url(thing, user, password)) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def test_its_secret_opens_its_database(made: Any, cloud: Cloud) -> None:
    thing = made("opens")
    secret = login(cloud, thing)
    assert secret["username"] == "owner"
    assert (
        answer(thing, secret["username"], secret["password"], "SELECT current_database() || current_user")
        == "catalogueowner"
    )


def test_rds_itself_names_the_same_secret(made: Any, cloud: Cloud) -> None:
    thing = made("names")
    held = cloud.client("rds").describe_db_clusters(DBClusterIdentifier="names")["DBClusters"][0]
    assert held["MasterUserSecret"]["SecretArn"] == thing.outputs["masterUserSecrets"][0]["secretArn"]


def test_the_data_api_serves_it_where_it_is_asked_to(made: Any, cloud: Cloud) -> None:
    assert NO_DATA_API == DISABLED_TAG
    served, kept = made("served"), made("kept", enableHttpEndpoint=False)

    def ask(thing: Thing) -> Any:
        return cloud.client("rds-data").execute_statement(
            resourceArn=thing.outputs["arn"],
            secretArn=thing.outputs["masterUserSecrets"][0]["secretArn"],
            database=thing.outputs["databaseName"],
            sql="SELECT 1",
        )["records"]

    assert ask(served) == [[{"longValue": 1}]]
    with pytest.raises(ClientError, match="HttpEndpoint"):
        ask(kept)


def test_two_clusters_share_the_server_and_nothing_else(made: Any, cloud: Cloud, world: World) -> None:
    first, second = made("first"), made("second")
    assert (first.outputs["databaseName"], second.outputs["databaseName"]) == ("catalogue", "catalogue_second")
    secrets = [login(cloud, thing) for thing in (first, second)]
    assert [
        answer(thing, **_named(secret), query="SELECT 1")
        for thing, secret in zip((first, second), secrets, strict=True)
    ] == [1, 1]
    with pytest.raises(psycopg.OperationalError):
        answer(first, secrets[0]["username"], secrets[1]["password"], "SELECT 1")
    assert not world.differs(second, world.read(second).inputs).changes


def _named(secret: dict[str, str]) -> dict[str, str]:
    return {"user": secret["username"], "password": secret["password"]}


def test_nothing_of_it_is_left(world: World, cloud: Cloud) -> None:
    inputs = {"clusterIdentifier": "leaves", **INPUTS}
    thing = world.make(Sample("leaves", "aws:rds/cluster:Cluster", inputs))
    secret = thing.outputs["masterUserSecrets"][0]["secretArn"]
    world.delete(thing)
    assert world.read(thing).id == ""
    assert databases.look(cloud, thing.outputs["arn"]).role == ""
    with pytest.raises(ClientError, match="ResourceNotFound"):
        cloud.client("secretsmanager").describe_secret(SecretId=secret)
    # moto's automatic backups carry the minute: the name can be used again at once.
    world.delete(world.make(Sample("leaves", "aws:rds/cluster:Cluster", inputs)))


def test_a_lost_secret_is_found_and_made_again(made: Any, world: World, cloud: Cloud) -> None:
    thing = made("forgets")
    lost = thing.outputs["masterUserSecrets"][0]["secretArn"]
    cloud.client("secretsmanager").delete_secret(SecretId=lost, ForceDeleteWithoutRecovery=True)
    found = world.read(thing)
    wanted, thing.inputs, thing.state = thing.inputs, found.inputs, found
    assert world.differs(thing, wanted).properties == ("manageMasterUserPassword",)
    world.update(thing, wanted)
    secret = login(cloud, thing)
    assert answer(thing, secret["username"], secret["password"], "SELECT 1") == 1


def test_a_lost_database_needs_another_cluster(made: Any, world: World, cloud: Cloud) -> None:
    thing = made("loses")
    databases.drop(cloud, thing.outputs["arn"])
    found = world.read(thing)
    wanted, thing.inputs = thing.inputs, found.inputs
    assert "databaseName" in world.differs(thing, wanted).replaces


def test_a_password_of_the_programs_own_can_change(made: Any, world: World) -> None:
    thing = made("chooses", manageMasterUserPassword=None, masterPassword="first-password")
    assert answer(thing, "owner", "first-password", "SELECT 1") == 1
    world.update(thing, world.changed(thing, {"masterPassword": "second-password"}))
    assert answer(thing, "owner", "second-password", "SELECT 1") == 1
    with pytest.raises(psycopg.OperationalError):
        answer(thing, "owner", "first-password", "SELECT 1")


def test_deletion_protection_keeps_everything(made: Any, world: World, cloud: Cloud) -> None:
    thing = made("protects", deletionProtection=True)
    with pytest.raises(Exception, match="protected"):
        world.delete(thing)
    assert databases.look(cloud, thing.outputs["arn"]).name == "catalogue"
    world.update(thing, world.changed(thing, {"deletionProtection": False}))


def test_an_adopted_cluster_tells_where_its_database_really_is(made: Any) -> None:
    first, again = made("adopted", port=5432), made("adopted", port=5432)
    assert again.outputs["port"] == first.outputs["port"] != 5432
