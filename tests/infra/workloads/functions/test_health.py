"""Health: 200 where every dependency answers, 503 naming the one that does not, without its cause."""

from __future__ import annotations

import json

import pytest

from infra.workloads.functions.health.handler import handle
from tests.infra.workloads.functions.conftest import Stubs


def _well(stubs: Stubs) -> None:
    stubs["s3"].add_response("head_bucket", {})
    stubs["ssm"].add_response("get_parameters_by_path", {"Parameters": []})
    stubs["sqs"].add_response("get_queue_attributes", {})


def test_a_sound_environment(stubs: Stubs) -> None:
    _well(stubs)
    stubs["rds-data"].add_response("execute_statement", {})
    answer = handle({"httpMethod": "GET"}, None)
    body = json.loads(answer["body"])
    assert (answer["statusCode"], body["status"], body["release"], body["environment"]) == (200, "ok", "rel-1", "local")
    assert {name: check["ok"] for name, check in body["checks"].items()} == dict.fromkeys(
        ("database", "storage", "parameters", "queue"), True
    )


def test_a_broken_database_is_named_and_its_error_kept_for_the_log(
    stubs: Stubs, capsys: pytest.CaptureFixture[str]
) -> None:
    _well(stubs)
    stubs["rds-data"].add_client_error("execute_statement", "BadRequestException", "canary")
    answer = handle({"httpMethod": "GET"}, None)
    assert answer["statusCode"] == 503
    assert json.loads(answer["body"])["checks"]["database"]["ok"] is False
    assert "canary" not in answer["body"]
    assert "canary" in capsys.readouterr().out
