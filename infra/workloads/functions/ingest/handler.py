"""Takes uploaded objects into the catalogue: messages of the ingest queue, S3 notifications, direct invocations.

What cannot be taken in fails, so that it is tried again and then lands in the dead letter queue (section 2.1):
nothing that a user uploaded is dropped in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import BotoCoreError, ClientError

from ..common import log, metrics
from ..common.clients import client
from ..common.configuration import read_parameters
from ..common.database import Database, connect
from ..common.migrations import migrate
from ..common.settings import Settings, load

_STORE = """
insert into assets (key, bytes, content_type, etag) values (:key, :bytes, :content_type, :etag)
on conflict (key) do update
set bytes = excluded.bytes, content_type = excluded.content_type, etag = excluded.etag, ingested_at = now()"""


# Half an hour: by the last attempt an outage has been noticed.
_MOST_SECONDS = 1800


class BadMessage(ValueError):
    """A message that names no object of the content bucket."""


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any] | None:
    """Take in everything that the event names.

    From the queue, the messages that failed are returned (partial batch response), so that the good ones of a
    batch are not tried again. From anywhere else a failure raises: Lambda's own retries and dead letter queue
    follow. Raises BadMessage, or botocore's error where an object or the database cannot be reached.
    """
    if _from_queue(event):
        return {"batchItemFailures": [{"itemIdentifier": failed} for failed in _take_messages(event["Records"])]}
    for key in _keys(event):
        take(load(), key)
    return None


def take(settings: Settings, key: str) -> None:
    """Record one object of the content bucket; doing it twice changes nothing."""
    found = client("s3").head_object(Bucket=settings.required("content", "bucket"), Key=key)
    _database().execute(
        _STORE,
        key=key,
        bytes=found["ContentLength"],
        content_type=found["ContentType"],
        etag=found["ETag"].strip('"'),
    )
    metrics.count(settings, "AssetsIngested")
    log.write("ingested", key=key, bytes=found["ContentLength"])


def _take_messages(records: list[dict[str, Any]]) -> Iterator[str]:
    settings = load()
    for record in records:
        try:
            for key in _keys(_body(record)):
                take(settings, key)
        except (BadMessage, BotoCoreError, ClientError) as error:
            log.write("ingest-failed", message=record["messageId"], error=error)
            _put_off(settings, record)
            yield record["messageId"]


def _put_off(settings: Settings, record: Mapping[str, Any]) -> None:
    """Have a failed message tried again soon, later with each attempt.

    Left alone it would come back after the queue's visibility time-out, six times the function's own: too late for a
    hiccup, and hours until a bad message is a dead letter.
    """
    seconds = int(read_parameters(settings)["ingest/retry-seconds"].origin.value)
    attempt = int(record["attributes"]["ApproximateReceiveCount"])
    client("sqs").change_message_visibility(
        QueueUrl=settings.required("ingest", "queue-url"),
        ReceiptHandle=record["receiptHandle"],
        VisibilityTimeout=min(seconds * 2 ** (attempt - 1), _MOST_SECONDS),
    )


def _from_queue(event: Mapping[str, Any]) -> bool:
    records = event.get("Records") or [{}]
    return bool(records[0].get("eventSource") == "aws:sqs")


def _body(record: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        body = json.loads(record["body"])
    except ValueError as error:
        raise BadMessage(f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise BadMessage("not a JSON object")
    return body


def _keys(event: Mapping[str, Any]) -> Iterator[str]:
    """Keys that an S3 notification or `{"key": …}` names; S3's test message names none."""
    if event.get("Event") == "s3:TestEvent":
        return
    if "Records" in event:
        yield from map(_notified, event["Records"])
    elif isinstance(event.get("key"), str) and event["key"]:
        yield event["key"]
    else:
        raise BadMessage("the message names no object: expected an S3 notification or a key")


def _notified(record: Mapping[str, Any]) -> str:
    try:
        return unquote_plus(record["s3"]["object"]["key"])
    except (KeyError, TypeError) as error:
        raise BadMessage("a record that is no S3 notification") from error


@cache
def _database() -> Database:
    database = connect(load())
    migrate(database)
    return database
