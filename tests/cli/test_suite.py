"""`distro test` as somebody with an attester's key types it."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cli.application import Application
from cli.main import distro
from infra.errors import DistroError
from infra.paths import project_root
from tests.promotion.keys import Keys
from tests.promotion.project import Project

TESTS = "def test_good():\n    pass\n\n\ndef test_bad():\n    assert not BAD\n"


def run(*arguments: str) -> Result:
    application = Application.from_arguments((*arguments, "--quiet"), {"DISTRO_STORE": f"file://{Path.cwd()}/store"})
    return CliRunner().invoke(distro, application.arguments, obj=application, standalone_mode=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """With one suite, in an organisation of its own."""
    lock = (project_root() / "requirements-dev.lock").read_text()
    found = Project(tmp_path / "project")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "memory"))
    monkeypatch.setattr("promotion.checkout.cache_home", lambda: tmp_path / "cache")
    monkeypatch.setattr("infra.paths.project_root", lambda: found.root)
    found.write("requirements-dev.lock", lock)
    found.write("pyproject.toml", '[tool.distro.suites]\nunit = ["checks"]\n')
    return found


@pytest.fixture
def key(project: Project, tmp_path: Path) -> str:
    keys = Keys(tmp_path)
    people = tmp_path / "people.yaml"
    people.write_text(f"""\
root: {{ threshold: 1, holders: {{ ann: {keys.public("ann")} }} }}
people:
  dana: {{ mails: [dana@example.org], keys: [{keys.public("dana")}], roles: [product-manager] }}
attesters:
  ci: {{ keys: [{keys.public("ci")}], suites: [unit, integration, regression] }}
""")
    assert project.root.exists()
    assert run("init", "--people", str(people), "--root-key", str(keys.private("ann")), "--yes").exit_code == 0
    return str(keys.private("ci"))


@pytest.mark.parametrize(("bad", "code", "failed"), [("False", 0, 0), ("True", 1, 1)])
def test_the_result_is_shown_and_is_the_exit_code(
    project: Project, key: str, tmp_path: Path, bad: str, code: int, failed: int
) -> None:
    project.write("checks/test_one.py", f"BAD = {bad}\n\n\n{TESTS}")
    project.commit("Suite")
    done = run("test", "unit", "--env", "local", "--key", key, "--json")
    document = json.loads(done.stdout)
    assert (document["suite"], document["passed"], document["failed"]) == ("unit", 2 - failed, failed)
    assert document["failures"] == ["checks.test_one::test_bad"] * failed
    digest = document["evidence"].removeprefix("sha256:")
    assert (tmp_path / "store" / "evidence" / f"{digest}.json").exists()
    assert document["release"].startswith("rel-")
    assert (done.return_value or done.exit_code) == code


def test_wrong_requests(project: Project, key: str) -> None:
    assert project.root.exists()
    for arguments in (("everything", "--env", "local"), ("unit", "--env", "moon"), ("unit",)):
        error = run("test", *arguments, "--key", key).exception
        assert isinstance(error, click.UsageError), arguments
    refused = run("test", "integration", "--env", "dev", "--key", key).exception
    assert isinstance(refused, DistroError)
    assert (refused.exit_code, refused.hint) == (3, "Promote one to dev first.")
