"""The proxy integration: errors become answers, browsers of named origins are let in."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from infra.workloads.functions.common.http import Answer, Request, RequestError, answer, api

ORIGIN = "http://localhost:3000"


@api
def echo(request: Request) -> Answer:
    return answer(200, request.json())


@api
def broken(_request: Request) -> Answer:
    raise RuntimeError("canary")


def test_a_json_body_is_read_also_as_base64() -> None:
    assert echo({"body": '{"a": 1}'}, None)["body"] == '{"a": 1}'
    assert echo({"body": "eyJhIjogMX0=", "isBase64Encoded": True}, None)["body"] == '{"a": 1}'


@pytest.mark.parametrize(
    "event", [{"body": "{"}, {"body": "[]"}, {"body": None}, {"body": "é", "isBase64Encoded": True}]
)
def test_a_body_that_is_no_object_is_400(event: dict[str, Any]) -> None:
    assert echo(event, None)["statusCode"] == 400


def test_an_unexpected_failure_is_logged_and_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    found = broken({}, SimpleNamespace(aws_request_id="r-1"))
    assert (found["statusCode"], json.loads(found["body"])["request"]) == (500, "r-1")
    assert "canary" not in found["body"]
    assert "canary" in capsys.readouterr().out


@pytest.mark.parametrize(("origin", "allowed"), [(ORIGIN, True), ("https://evil.example", False), ("", False)])
def test_cors_names_the_origin_that_asks_if_the_environment_does(
    monkeypatch: pytest.MonkeyPatch, origin: str, allowed: bool
) -> None:
    """4.1-25: preflight from a localhost origin answered."""
    monkeypatch.setenv("DISTRO_CORS_ORIGINS", f"{ORIGIN},http://localhost:5173")
    found = echo({"httpMethod": "OPTIONS", "headers": {"Origin": origin}}, None)
    assert found["statusCode"] == 204
    assert found["body"] == ""
    assert found["headers"].get("access-control-allow-origin") == (origin if allowed else None)


def test_without_origins_no_browser_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISTRO_CORS_ORIGINS", raising=False)
    assert "access-control-allow-origin" not in echo({"headers": {"origin": ""}, "body": "{}"}, None)["headers"]


def test_a_refused_request_keeps_its_status() -> None:
    @api
    def missing(_request: Request) -> Answer:
        raise RequestError("gone", 404)

    assert missing({}, None)["statusCode"] == 404
