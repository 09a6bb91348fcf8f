"""Section 5.1: runtime variable, then secret, then parameter, then default."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.workloads.functions.common import configuration
from infra.workloads.functions.common.precedence import MASK, Origin, effective
from infra.workloads.functions.common.settings import MissingSetting, Settings, load
from infra.workloads.functions.config.handler import handle
from tests.infra.workloads.functions.conftest import Stubs, parameters

KEY = "upload/url-seconds"
LAYERS = ("runtime variable", "secret", "parameter", "default")


@given(st.lists(st.booleans(), min_size=4, max_size=4).filter(any))
def test_the_highest_layer_that_has_a_value_wins_and_shadows_the_others(present: list[bool]) -> None:
    """5.1-01 to 5.1-04."""
    layers = [{KEY: Origin(name, name, name)} if there else {} for name, there in zip(LAYERS, present, strict=True)]
    expected = [name for name, there in zip(LAYERS, present, strict=True) if there]
    found = effective(layers)[KEY]
    assert [found.origin.source, *(origin.source for origin in found.shadowed)] == expected


@pytest.mark.parametrize(("prefix", "statement"), [("PROD", "5.1-05"), ("STAGING", "5.1-06"), ("DEV", "5.1-07")])
def test_a_runtime_variable_has_the_environments_prefix(prefix: str, statement: str) -> None:
    assert statement
    assert Settings("any", prefix, "r").variable("upload", "url-seconds") == f"{prefix}_UPLOAD_URL_SECONDS"


def test_variables_of_another_environment_are_ignored(stubs: Stubs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROD_UPLOAD_URL_SECONDS", "1")
    parameters(stubs)
    found = configuration.read_parameters(load())[KEY]
    assert (found.origin.source, found.origin.value) == ("default", "900")


def test_config_shows_each_source_and_masks_secrets(stubs: Stubs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEV_UPLOAD_URL_SECONDS", "60")
    monkeypatch.setenv("DISTRO_SECRETS", "dev/distronation/mock-api-keys,dev/distronation/unfilled")
    secret = '{"youtube/api-key": "canary", "upload/max-bytes": "1", "note": "no setting"}'
    stubs["secretsmanager"].add_response(
        "get_secret_value", {"SecretString": secret}, {"SecretId": "dev/distronation/mock-api-keys"}
    )
    stubs["secretsmanager"].add_client_error("get_secret_value", "ResourceNotFoundException")
    parameters(stubs, upload__max_bytes="5", upload__url_seconds="3600", features__new_upload_flow="true")
    answer = handle({"httpMethod": "GET"}, None)
    assert "canary" not in answer["body"]
    shown = _settings(answer)
    assert shown[KEY]["value"] == "60"
    assert [origin["source"] for origin in shown[KEY]["shadowed"]] == ["parameter", "default"]
    assert (shown["upload/max-bytes"]["source"], shown["upload/max-bytes"]["value"]) == ("secret", MASK)
    assert {origin["value"] for origin in shown["upload/max-bytes"]["shadowed"]} == {MASK}
    assert shown["features/new-upload-flow"]["value"] == "true"
    assert "note" not in shown


def test_one_key_can_be_asked_for_and_an_unknown_one_is_404(stubs: Stubs) -> None:
    parameters(stubs)
    one = handle({"httpMethod": "GET", "queryStringParameters": {"key": KEY}}, None)
    assert list(_settings(one)) == [KEY]
    parameters(stubs)
    assert handle({"queryStringParameters": {"key": "no/such"}}, None)["statusCode"] == 404


def test_a_flag_that_nobody_sets_is_off() -> None:
    """C-75."""
    assert configuration.flag({}, "beta-api-endpoints") is False


def test_a_function_without_its_environment_says_so() -> None:
    with pytest.raises(MissingSetting, match="DISTRO_ENVIRONMENT"):
        load({})


def _settings(answer: Any) -> Any:
    import json

    return json.loads(answer["body"])["settings"]
