"""What a child gets to see of the caller's world: nothing but what is on the list."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra.errors import OperationFailed
from local.firewall import MARKER, account_environment, child_environment, is_loopback, require_loopback

CANARIES = (
    "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL",
    "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CONFIG", "CLOUDSDK_AUTH_ACCESS_TOKEN",
    "FIREBASE_TOKEN", "PULUMI_ACCESS_TOKEN", "GITHUB_TOKEN", "HTTPS_PROXY", "LD_PRELOAD", "SSH_AUTH_SOCK", "PGPASSWORD",
    "DOCKER_HOST", "NODE_OPTIONS", "PYTHONSTARTUP", "SOMETHING_NEW",
)  # fmt: skip


def test_no_variable_of_the_caller_reaches_a_child_but_those_on_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in CANARIES:
        monkeypatch.setenv(name, f"canary-{name}")
    environment = child_environment("marker", tmp_path, **account_environment("000000000000", "us-east-1", tmp_path))
    assert not [value for value in environment.values() if "canary" in value]
    assert environment["AWS_ACCESS_KEY_ID"] == "000000000000"
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    assert environment[MARKER] == "marker"


def test_every_folder_of_a_child_is_the_sandboxs(tmp_path: Path) -> None:
    environment = child_environment("marker", tmp_path / "home")
    folders = [name for name in environment if name in ("HOME", "TMPDIR") or name.startswith("XDG_")]
    assert len(folders) == 7
    assert all(Path(environment[name]).is_relative_to(tmp_path / "home") for name in folders)
    assert Path(environment["TMPDIR"]).stat().st_mode & 0o777 == 0o700


def test_a_child_finds_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert child_environment("marker", tmp_path)["PATH"] == os.environ["PATH"]
    monkeypatch.delenv("PATH")
    assert child_environment("marker", tmp_path)["PATH"] == os.defpath


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "bucket.s3.localhost"])
def test_these_are_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "0", "10.0.0.1", "169.254.169.254", "sqs.us-east-1.amazonaws.com", "localhost.example.com", "::", "::2"],
)
def test_these_are_not(host: str) -> None:
    assert not is_loopback(host)


def test_an_endpoint_elsewhere_is_refused_by_name() -> None:
    with pytest.raises(OperationFailed, match=r"^s3: https://s3\.amazonaws\.com is no loopback address"):
        require_loopback({"sqs": "http://127.0.0.1:4566", "s3": "https://s3.amazonaws.com"})
