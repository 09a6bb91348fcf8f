"""Section 4.2: each resolver's statement, run on the sandbox's database by the RDS Data API, and its answer."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from infra.aws.appsync import SOURCES
from tests.driver import Sandbox

NODE = shutil.which("node")
pytestmark = [pytest.mark.sandbox, pytest.mark.skipif(NODE is None, reason="resolvers are JavaScript")]
RUNNER = Path(__file__).parent / "appsync.mjs"


@dataclass
class Graphql:
    """AppSync in small: request, Data API, response."""

    data: Any
    target: dict[str, str]

    def __call__(self, field: str, source: Any = None, **arguments: Any) -> Any:
        ctx: dict[str, Any] = {"args": arguments, "source": source}
        statement = _run(field, "request", ctx)
        parameters = [_parameter(f"P{number}", value) for number, value in enumerate(statement["parameters"])]
        answer = self.data.execute_statement(
            **self.target, sql=statement["sql"], parameters=parameters, formatRecordsAs="JSON"
        )
        rows = json.loads(answer.get("formattedRecords", "[]"))
        return _run(field, "response", {**ctx, "result": [rows]})


def _run(field: str, phase: str, ctx: dict[str, Any]) -> Any:
    request = json.dumps({"file": str(SOURCES / "resolvers" / f"{field}.js"), "phase": phase, "ctx": ctx})
    done = subprocess.run(
        [str(NODE), str(RUNNER)], input=request, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _parameter(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {"name": name, "value": {"stringValue": value["value"]}, "typeHint": value["hint"]}
    if value is None:
        return {"name": name, "value": {"isNull": True}}
    kind = {bool: "booleanValue", int: "longValue", str: "stringValue"}[type(value)]
    return {"name": name, "value": {kind: value}}


@pytest.fixture(scope="module")
def variables(sandbox: Sandbox) -> dict[str, str]:
    return sandbox.variables()


@pytest.fixture(scope="module")
def graphql(sandbox: Sandbox, variables: dict[str, str]) -> Iterator[Graphql]:
    outputs = sandbox.run("outputs", "local", "--json").document
    target = {
        "resourceArn": outputs["database_cluster_arn"],
        "secretArn": outputs["database_secret_arn"],
        "database": outputs["database_name"],
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        client = boto3.client("rds-data")
        yield Graphql(client, target)
        client.close()


@pytest.fixture
def release(variables: dict[str, str], graphql: Graphql) -> Iterator[dict[str, Any]]:
    """A release with two tracks, made as users make it."""
    title = f"Resolvers {uuid.uuid4()}"
    body = {
        "artist": f"Artist {title}",
        "title": title,
        "tracks": [{"title": "One", "seconds": 61}, {"title": "Two", "seconds": 62}],
    }
    made = httpx.post(f"{variables['API_URL']}/catalogue", json=body, trust_env=False, timeout=30)
    assert made.status_code == 201, made.text
    yield {"id": made.json()["id"], "title": title, "artist": body["artist"]}
    graphql("Mutation.deleteRelease", id=made.json()["id"])


def test_artists_and_their_releases(graphql: Graphql, release: dict[str, Any]) -> None:
    before = release["artist"][:-1]
    (artist,) = graphql("Query.artists", after=before, limit=1)
    assert artist["name"] == release["artist"]
    assert graphql("Query.artist", id=artist["id"]) == artist
    assert [each["title"] for each in graphql("Artist.releases", artist)] == [release["title"]]


def test_releases_their_tracks_and_pages(graphql: Graphql, release: dict[str, Any]) -> None:
    one = graphql("Query.release", id=release["id"])
    assert one["title"] == release["title"]
    assert graphql("Query.releases", after=one["position"] - 1, limit=0)[0]["id"] == release["id"]
    assert graphql("Release.tracks", one) == [
        {"number": 1, "title": "One", "seconds": 61},
        {"number": 2, "title": "Two", "seconds": 62},
    ]


def test_what_is_not_there_is_null(graphql: Graphql) -> None:
    nobody = str(uuid.uuid4())
    for field in ("Query.artist", "Query.release", "Mutation.deleteRelease"):
        assert graphql(field, id=nobody) is None
    assert graphql("Mutation.publishVideo", id=nobody, published=True) is None


def test_a_video_is_shown_once_it_is_published(graphql: Graphql, release: dict[str, Any]) -> None:
    video = graphql("Mutation.createVideo", input={"releaseId": release["id"], "title": "Clip"})
    assert video["published"] is False
    assert graphql("Release.videos", release) == []
    published = graphql("Mutation.publishVideo", id=video["id"], published=True)
    assert published == {**video, "published": True}
    assert graphql("Release.videos", release) == [published]
    assert published in graphql("Query.videos", limit=100)


def test_development_shows_the_version_of_the_schema(graphql: Graphql, release: dict[str, Any]) -> None:
    """4.2-11; the release is what has migrated the schema."""
    assert release
    assert graphql("Query.schemaVersion") == 3


def test_a_database_error_is_an_error_of_graphql() -> None:
    ctx = {"args": {}, "error": {"type": "Lambda", "message": "broken"}}
    with pytest.raises(AssertionError, match="Lambda: broken"):
        _run("Query.release", "response", ctx)
