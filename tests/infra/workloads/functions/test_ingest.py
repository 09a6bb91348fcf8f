"""Ingest: what is bad fails alone and is put off; what is good is stored (section 2.1, 2.1-05)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.workloads.functions.ingest.handler import BadMessage, _keys, handle
from tests.infra.workloads.functions.conftest import Stubs, parameters


def _message(name: str, body: object, attempt: int = 1) -> dict[str, Any]:
    return {
        "messageId": name,
        "receiptHandle": f"receipt-{name}",
        "eventSource": "aws:sqs",
        "attributes": {"ApproximateReceiveCount": str(attempt)},
        "body": body if isinstance(body, str) else json.dumps(body),
    }


def _s3(key: str) -> dict[str, Any]:
    return {"Records": [{"s3": {"object": {"key": key}}}]}


def _put_off(stubs: Stubs, name: str, seconds: int) -> None:
    parameters(stubs, ingest__retry_seconds="30")
    stubs["sqs"].add_response(
        "change_message_visibility",
        {},
        {
            "QueueUrl": "http://127.0.0.1/000000000000/distronation-local-ingest",
            "ReceiptHandle": f"receipt-{name}",
            "VisibilityTimeout": seconds,
        },
    )


def _stored(stubs: Stubs, key: str) -> None:
    found = {"ContentLength": 3, "ContentType": "audio/flac", "ETag": '"e"'}
    stubs["s3"].add_response("head_object", found, {"Bucket": "distronation-local-content", "Key": key})
    stubs["rds-data"].add_response(
        "execute_statement", {"records": [[{"booleanValue": True}]], "columnMetadata": [{"name": "known"}]}
    )
    stubs["rds-data"].add_response(
        "execute_statement", {"records": [[{"longValue": 3}]], "columnMetadata": [{"name": "version"}]}
    )
    stubs["rds-data"].add_response("execute_statement", {})
    stubs["cloudwatch"].add_response("put_metric_data", {})


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 30), (2, 60), (3, 120), (9, 1800)], ids=["first", "second", "third", "bounded"]
)
def test_a_bad_message_fails_alone_and_waits_longer_each_time(stubs: Stubs, attempt: int, seconds: int) -> None:
    _put_off(stubs, "bad", seconds)
    _stored(stubs, "uploads/a song.flac")
    records = [_message("bad", {"no": "key"}, attempt), _message("good", _s3("uploads/a+song.flac"))]
    assert handle({"Records": records}, None) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    stubs.all_used()


def test_an_object_that_is_not_there_is_tried_again(stubs: Stubs) -> None:
    stubs["s3"].add_client_error("head_object", "404", http_status_code=404)
    _put_off(stubs, "early", 30)
    assert handle({"Records": [_message("early", _s3("uploads/x"))]}, None) == {
        "batchItemFailures": [{"itemIdentifier": "early"}]
    }


@pytest.mark.usefixtures("stubs")
def test_a_direct_invocation_that_names_nothing_raises_for_lambdas_retries() -> None:
    with pytest.raises(BadMessage):
        handle({"smoke": "x"}, None)


@pytest.mark.usefixtures("stubs")
def test_s3s_test_message_is_no_failure() -> None:
    event = {"Records": [_message("test", {"Event": "s3:TestEvent"})]}
    assert handle(event, None) == {"batchItemFailures": []}


@pytest.mark.parametrize("event", [{"Records": [{}]}, {"Records": [{"s3": None}]}, {"key": ""}, {"key": 1}, {}])
def test_what_names_no_object_is_a_bad_message(event: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        list(_keys(event))


def test_a_message_that_is_no_json_is_a_bad_one(stubs: Stubs) -> None:
    for body in ("{", "[]"):
        _put_off(stubs, "bad", 30)
        assert handle({"Records": [_message("bad", body)]}, None)["batchItemFailures"]  # type: ignore[index]
