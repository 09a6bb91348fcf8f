"""Genuine environments to the last call: what is missing is named, all at once, and nothing is begun without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.plugins import SDKS, Plugin
from infra.errors import UsageError
from infra.progress import silent
from operations.backend import init
from operations.doctor.genuine import Backend
from operations.genuine.requirements import require
from tests.driver import distro
from tests.moto_account import Account, account

OAUTH = {"DISTRO_GOOGLE_CLIENT_ID": "id", "DISTRO_GOOGLE_CLIENT_SECRET": "canary-oauth"}
GOOGLE = {"GOOGLE_CREDENTIALS": "{}"}
NOTHING: Mapping[str, str] = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("moto")) as found:
        yield found


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A caller without anything."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    for name, value in NOTHING.items():
        monkeypatch.setenv(name, value)


def has(monkeypatch: pytest.MonkeyPatch, *given: Mapping[str, str]) -> None:
    for name, value in (pair for variables in given for pair in variables.items()):
        monkeypatch.setenv(name, value)


def complaint(stack: str, home: Path) -> str:
    """What is said to be missing, where no plugin can be downloaded."""

    def offline(plugin: Plugin) -> None:
        raise UsageError(f"{plugin.name} {plugin.version} cannot be downloaded")

    with pytest.raises(UsageError) as caught:
        require(stack, home, offline)
    return str(caught.value)


def unwanted(plugin: Plugin) -> None:
    pytest.fail(f"{plugin.name} is there already")


def test_a_caller_without_anything_is_told_everything(tmp_path: Path) -> None:
    said = complaint("staging", tmp_path)
    for words in (
        "no AWS credentials",
        "no Google Cloud credentials",
        "DISTRO_GOOGLE_CLIENT_SECRET",
        "pulumi-resource-aws",
    ):
        assert words in said
    assert "OAuth" not in complaint("dev", tmp_path)
    assert "Google" not in complaint("shared", tmp_path)


def test_one_thing_after_the_other(cloud: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    has(monkeypatch, cloud.variables)
    said = complaint("prod", tmp_path)
    assert "distronation-shared-state, which does not exist" in said
    assert "alias/distronation-prod-state, which does not exist" in said
    assert "distro backend init" in said
    assert Backend().look().result == "warning"
    init(silent)
    assert Backend().look().result == "ok"
    assert "State is kept" not in complaint("prod", tmp_path)
    has(monkeypatch, GOOGLE, OAUTH)
    assert complaint("prod", tmp_path).count("cannot be downloaded") == len(SDKS)
    for plugin in SDKS:
        program = tmp_path / f"pulumi-resource-{plugin}"
        program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert require("prod", tmp_path, unwanted).bucket == "distronation-shared-state"


def test_a_wrong_account_and_a_file_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    assert "is no file" in complaint("dev", tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("up", "dev", "--yes"), "no AWS credentials"),
        (("up", "dev"), "Give --yes"),
        (("up", "prod", "--yes"), "reached by promotions"),
        (("up", "shared", "--yes"), "no AWS credentials"),
        (("drift", "staging"), "no AWS credentials"),
        (("preview", "prod", "--live"), "no AWS credentials"),
        (("preview", "prod", "--live", "--base", "main"), "goes without --base"),
        (("backend", "init", "--yes"), "no AWS credentials"),
        (("smoke", "prod"), "no AWS credentials"),
        (("outputs", "prod"), "no AWS credentials"),
        (("lock", "break", "prod", "--reason", "r", "--yes"), "no AWS credentials"),
        (("state", "repair", "prod", "--yes"), "no AWS credentials"),
    ],
)
def test_the_commands_say_it_once_and_exit_with_2(arguments: tuple[str, ...], words: str) -> None:
    finished = distro(*arguments, "-q")
    assert (finished.code, finished.output) == (2, ""), finished.errors
    assert finished.errors.count(words) == 1
    assert "Traceback" not in finished.errors


def test_backend_init_as_a_user(cloud: Account) -> None:
    finished = distro("backend", "init", "--yes", "--json", environment=cloud.variables)
    assert finished.code == 0, finished.errors
    assert finished.document["result"] == "ready"
    assert len(finished.document["parts"]) > 15
    assert "canary-credential" not in finished.output + finished.errors
