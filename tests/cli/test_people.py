"""`distro init` and `distro people` as two root holders and a colleague type them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.application import Application
from cli.main import distro
from infra.errors import DistroError
from promotion.public_key import fingerprint
from tests.promotion.keys import Keys

OTHER = "sha256:" + "0" * 64


@dataclass(frozen=True)
class Client:
    """Somebody's machine: own memory, the team's store."""

    folder: Path
    name: str

    def run(self, *arguments: str) -> tuple[str, DistroError | None]:
        """What is printed, and the error that ended it."""
        application = Application.from_arguments(arguments, {"DISTRO_STORE": f"file://{self.folder}/store"})
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_STATE_HOME", str(self.folder / self.name))
            done = CliRunner().invoke(distro, application.arguments, obj=application, standalone_mode=False)
        if done.exception and not isinstance(done.exception, DistroError):  # a fault of the program
            raise done.exception
        return done.stdout, done.exception if isinstance(done.exception, DistroError) else None

    def answer(self, *arguments: str) -> Any:
        output, error = self.run(*arguments, "--json")
        assert error is None, error
        return json.loads(output)

    def refusal(self, *arguments: str) -> DistroError:
        _, error = self.run(*arguments)
        assert error is not None
        return error


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def file(keys: Keys, tmp_path: Path) -> Path:
    path = tmp_path / "people.yaml"
    path.write_text(f"""\
root:
  threshold: 2
  holders: {{ ann: {keys.public("ann")} ann@laptop, bob: {keys.public("bob")} }}
people:
  dana: {{ mails: [dana@example.org], keys: [{keys.public("dana")}], roles: [product-manager] }}
  adrian: {{ mails: [adrian@example.org], keys: [{keys.public("adrian")}], roles: [engineering-lead, on-call] }}
  bot: {{ mails: [bot@example.org], shared: true }}
attesters:
  ci: {{ keys: [{keys.public("ci")}], suites: [unit, integration, regression], checkpoints: true }}
suites:
  regression: {{ least_tests: 100 }}
""")
    return path


def test_an_organisation_begins_changes_and_is_joined(file: Path, keys: Keys, tmp_path: Path) -> None:
    ann, bob, kim = (Client(tmp_path, name) for name in ("ann", "bob", "kim"))
    begin = "init", "--people", str(file), "--yes", "--root-key"
    waiting = ann.answer(*begin, str(keys.private("ann")))
    assert (waiting["result"], waiting["waiting"]["missing"], waiting["waiting"]["needed"]) == ("waiting", ["bob"], 1)
    created = bob.answer(*begin, str(keys.private("bob")))
    assert (created["result"], created["version"], created["waiting"]) == ("created", 1, None)
    assert bob.answer(*begin, str(keys.private("bob")))["result"] == "unchanged"
    assert ann.answer(*begin, str(keys.private("ann")))["result"] == "joined"

    for arguments, message in ((("people", "list"), "not known here"), (("init", "--root", OTHER), f"not {OTHER}")):
        refusal = kim.refusal(*arguments)
        assert (refusal.exit_code, message in refusal.message) == (3, True)
    assert kim.answer("init", "--root", created["root"])["result"] == "joined"

    public = str(keys.private("kim").with_suffix(".pub"))
    change = ann.answer(
        "people", "add", "kim", "--mail", "kim@example.org", "--key", public, "--role", "team-lead", "--yes",
        "--root-key", str(keys.private("ann")),
    )["waiting"]  # fmt: skip
    assert [each["id"] for each in kim.answer("people", "list")["waiting"]] == [change["id"]]
    signed = bob.answer("people", "sign", change["id"], "--yes", "--root-key", str(keys.private("bob")))
    assert (signed["result"], signed["version"]) == ("changed", 2)
    listed = {each["name"]: each for each in kim.answer("people", "list")["people"]}
    assert listed["kim"]["roles"] == ["team-lead"]
    assert [key["fingerprint"] for key in listed["kim"]["keys"]] == [fingerprint(keys.public("kim"))]

    both = "--yes", "--root-key", str(keys.private("ann")), "--root-key", str(keys.private("bob"))
    assert ann.answer("people", "revoke", "dana", *both)["version"] == 3
    assert ann.answer("people", "renew", *both)["version"] == 4
    revoked = {each["name"]: each for each in kim.answer("people", "list")["people"]}["dana"]
    assert revoked["valid_until"] < listed["dana"]["valid_until"]
    refusal = ann.refusal("people", "revoke", "dana", *both)
    assert (refusal.exit_code, "any more" in refusal.message) == (2, True)

    file.write_text(
        file.read_text().replace("dana: { mails: [dana@example.org], keys", "kim: { mails: [kim@example.org], keys")
    )
    refusal = ann.refusal("people", "apply", str(file), *both)
    assert (refusal.exit_code, "a key is given twice" in refusal.message) == (2, True)
    file.write_text(
        file.read_text().replace(keys.public("dana"), keys.public("kim")).replace("[product-manager]", "[]")
    )
    file.write_text(file.read_text().replace("least_tests: 100", "least_tests: 200"))
    assert ann.answer("people", "apply", str(file), *both)["version"] == 5
    applied = kim.answer("people", "list")
    assert {each["name"]: each["roles"] for each in applied["people"]}["kim"] == []
    assert applied["shortfalls"] == []
    assert "kim namespaces=" in kim.run("people", "list", "--allowed-signers")[0]

    text, _ = kim.run("people", "list")
    assert text.startswith("Version 5, until ")
    assert "kim" in text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("product-manager", "admin", ":5: people.dana.roles"),
        ("threshold: 2", "threshold: 3", "cannot be met by 2 keys"),
        ("adrian@example.org", "dana@example.org", "a mail is given twice"),
        ("ssh-ed25519", "ssh-rsa", "is none of ssh-ed25519"),
        ("suites: [unit, integration, regression]", "suites: [unit]", "nobody attests the suite integration"),
        ("  bot:", "  Bot:", "people.Bot"),
        ("shared: true", "shared: true, sharing: 1", "sharing"),
        ("  regression:", "\t- regression:", "malformed YAML"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(old: str, new: str, message: str, file: Path, tmp_path: Path) -> None:
    file.write_text(file.read_text().replace(old, new))
    refusal = Client(tmp_path, "ann").refusal("init", "--people", str(file), "--yes")
    assert refusal.exit_code == 2
    assert message in refusal.message
    assert str(file) in (refusal.where or refusal.message)


def test_requests_that_are_wrong(file: Path, keys: Keys, tmp_path: Path) -> None:
    ann = Client(tmp_path, "ann")
    begin = "init", "--people", str(file)
    for arguments, message in (
        (("init",), "Give --people FILE"),
        ((*begin, "--root", "sha256:1"), "Give --people FILE"),
        ((*begin, "--root-key", str(keys.private("ann"))), "Nobody can be asked"),
        ((*begin, "--yes"), "signed by root holders"),
        ((*begin, "--yes", "--root-key", str(keys.private("dana"))), "is no root key"),
        ((*begin, "--yes", "--root-key", "/nowhere"), "/nowhere did not sign"),
        (("people", "add", "kim", "--key", "/nowhere"), "/nowhere cannot be read"),
        (("people", "add", "kim", "--key", str(keys.private("kim"))), "holds no public SSH key"),
    ):
        refusal = ann.refusal(*arguments)
        assert (refusal.exit_code, message in refusal.message) == (2, True), refusal
    assert not list((tmp_path / "store").rglob("*.json"))
