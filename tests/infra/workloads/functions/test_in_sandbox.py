"""The functions where they are deployed: events that nobody but the environment itself brings them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import httpx
import pytest

from tests.driver import Sandbox

pytestmark = pytest.mark.sandbox
_PATIENCE = 30.0


@pytest.fixture(scope="module")
def outputs(sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in sandbox.variables().items():
            patch.setenv(name, value)
        yield sandbox.run("outputs", "local", "--json").document


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def aws(outputs: dict[str, Any]) -> Iterator[Callable[[str], Any]]:
    """Clients of the sandbox, closed in the end."""
    assert outputs
    with ExitStack() as open_clients:

        def client(service: str) -> Any:
            made = boto3.client(service)
            open_clients.callback(made.close)
            return made

        yield client


def eventually(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + _PATIENCE
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def rows(data: Any, outputs: dict[str, Any], sql: str, **parameters: str) -> Any:
    named = [{"name": name, "value": {"stringValue": value}} for name, value in parameters.items()]
    answer = data.execute_statement(
        resourceArn=outputs["database_cluster_arn"],
        secretArn=outputs["database_secret_arn"],
        database=outputs["database_name"],
        sql=sql,
        parameters=named,
    )
    return answer["records"]


def upload(outputs: dict[str, Any], http: httpx.Client, name: str, content: bytes) -> str:
    wanted = {"name": name, "content_type": "audio/flac", "size": len(content)}
    granted = http.post(f"{outputs['api_url']}/uploads", json=wanted).json()
    http.put(granted["url"], content=content, headers=granted["headers"]).raise_for_status()
    return str(granted["key"])


def test_an_upload_is_announced_and_taken_into_the_catalogue(
    outputs: dict[str, Any], http: httpx.Client, aws: Callable[[str], Any]
) -> None:
    http.get(f"{outputs['api_url']}/catalogue").raise_for_status()  # the schema is there from the first use on
    key = upload(outputs, http, "in-sandbox.flac", b"content")
    sql = "select bytes, content_type from assets where key = :key"
    data = aws("rds-data")
    found = eventually(lambda: rows(data, outputs, sql, key=key))
    assert found == [[{"longValue": 7}, {"stringValue": "audio/flac"}]]


def test_a_message_that_fails_three_times_is_a_dead_letter(outputs: dict[str, Any], aws: Callable[[str], Any]) -> None:
    """2.1-05, 2.1-15: three attempts, each put off, then the dead letter queue."""
    sqs, mark = aws("sqs"), f"bad-{time.time_ns()}"
    sqs.send_message(QueueUrl=outputs["ingest_queue_url"], MessageBody=json.dumps({"mark": mark}))

    def look() -> list[Any]:
        got = sqs.receive_message(
            QueueUrl=outputs["dead_letter_queue_urls"]["ingest"], MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        return [each for each in got.get("Messages", []) if mark in each["Body"]]

    (message,) = eventually(look)
    sqs.delete_message(QueueUrl=outputs["dead_letter_queue_urls"]["ingest"], ReceiptHandle=message["ReceiptHandle"])


def test_off_hours_stops_and_starts_instance_and_cluster(outputs: dict[str, Any], aws: Callable[[str], Any]) -> None:
    """7.2-06."""
    function = aws("lambda")

    def act(action: str) -> list[str]:
        answer = function.invoke(
            FunctionName=outputs["functions"]["off-hours"], Payload=json.dumps({"action": action}).encode()
        )
        changed: list[str] = json.load(answer["Payload"])["changed"]
        return changed

    try:
        stopped = act("stop")
        assert "distronation-local-database" in stopped
        assert any(name.startswith("i-") for name in stopped)
        assert act("stop") == []
    finally:
        started = act("start")
    assert set(started) == set(stopped)


@pytest.mark.parametrize("service", ["youtube", "spotify"])
def test_foreign_services_answer_from_their_mocks(outputs: dict[str, Any], http: httpx.Client, service: str) -> None:
    """4.1-26, 5.1-27: the configured address is the mock's."""
    settings = http.get(f"{outputs['api_url']}/config").json()["settings"]
    answer = http.get(settings[f"{service}/base-url"]["value"])
    assert answer.status_code == 200
    assert "ock" in answer.text


def test_a_page_of_local_development_may_call_the_api(outputs: dict[str, Any], http: httpx.Client) -> None:
    """4.1-25."""
    origin = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    preflight = http.options(f"{outputs['api_url']}/uploads", headers=origin)
    assert preflight.headers["access-control-allow-origin"] == "http://localhost:3000"
    foreign = http.options(f"{outputs['api_url']}/uploads", headers={**origin, "Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in foreign.headers


def test_both_apis_serve_the_catalogue(outputs: dict[str, Any], http: httpx.Client) -> None:
    for url in (outputs["api_url"], outputs["general_api_url"]):
        assert http.get(f"{url}/catalogue", params={"limit": 1}).status_code == 200
