"""Uploads: what may be uploaded, and what the presigned URL binds."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.workloads.functions.common.http import RequestError
from infra.workloads.functions.upload.handler import Limits, handle, validated
from tests.infra.workloads.functions.conftest import Stubs, parameters

LIMITS = Limits(100, frozenset({"audio/flac"}), 60)
GOOD = {"name": "song.flac", "content_type": "audio/flac", "size": 100}


def test_a_good_request_is_taken() -> None:
    assert validated(GOOD, LIMITS).size == 100


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "../song.flac"), ("name", ""), ("name", "a/b"), ("name", "x" * 129), ("name", None), ("name", ".x"),
        ("content_type", "text/html"), ("content_type", None),
        ("size", 0), ("size", 101), ("size", "1"), ("size", True), ("size", -1),
    ],
)  # fmt: skip
def test_a_bad_field_is_named(field: str, value: Any) -> None:
    with pytest.raises(RequestError, match=f"^{field}:"):
        validated({**GOOD, field: value}, LIMITS)


@pytest.mark.parametrize(("flag", "folder"), [("true", "uploads/audio/"), ("false", "uploads/")])
def test_the_url_binds_key_type_and_length(stubs: Stubs, flag: str, folder: str) -> None:
    parameters(stubs, upload__url_seconds="120", features__new_upload_flow=flag)
    stubs["cloudwatch"].add_response("put_metric_data", {})
    answer = handle({"httpMethod": "POST", "body": json.dumps(GOOD)}, None)
    body = json.loads(answer["body"])
    url, query = urlsplit(body["url"]), parse_qs(urlsplit(body["url"]).query)
    assert answer["statusCode"] == 201
    assert body["key"].startswith(folder)
    assert body["key"].endswith("/song.flac")
    assert url.path.endswith(body["key"])
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert query["X-Amz-Expires"] == ["120"]
    assert body["headers"] == {"content-type": "audio/flac", "content-length": "100"}


def test_two_uploads_of_one_name_get_two_keys(stubs: Stubs) -> None:
    keys = set()
    for _ in range(2):
        parameters(stubs)
        stubs["cloudwatch"].add_client_error("put_metric_data", "Throttling")
        keys.add(json.loads(handle({"httpMethod": "POST", "body": json.dumps(GOOD)}, None)["body"])["key"])
    assert len(keys) == 2
