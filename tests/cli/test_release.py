"""`distro release` and `distro releases` as a user types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import click.testing
import pytest

from cli.application import Application
from cli.commands import release, releases
from tests.promotion.project import Project

Run = Callable[..., click.testing.Result]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr("promotion.checkout.cache_home", lambda: tmp_path / "cache")
    monkeypatch.setattr("infra.paths.project_root", lambda: tmp_path / "project")
    return Project(tmp_path / "project")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(command: click.Command, *arguments: str, as_json: bool = True) -> click.testing.Result:
        environment = {"DISTRO_STORE": f"file://{tmp_path / 'store'}"}
        application = Application(arguments, json=as_json, quiet=True, environment=environment)
        return click.testing.CliRunner().invoke(command, list(arguments), obj=application)

    return invoke


def document(result: click.testing.Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_create_show_list_and_compare(project: Project, run: Run) -> None:
    first = document(run(release.command, "create"))
    assert {"id", "commit", "tree", "created_at", "artifacts"} <= set(first)
    assert {"name", "sha256"} <= set(first["artifacts"][0])
    assert first["commit"] == project.git("rev-parse", "HEAD")
    assert document(run(release.command, "show", first["id"])) == first
    project.change("prod", "max_acu: 16", "max_acu: 32")
    project.commit("Grow \u202egnihton")
    second = document(run(release.command, "create"))
    assert [each["id"] for each in document(run(releases.command))["releases"]] == [second["id"], first["id"]]
    found = document(run(release.command, "diff", first["id"], second["id"]))
    assert [each["path"] for each in found["resources"]] == ["database.max_acu"]
    text = run(release.command, "diff", first["id"], second["id"], as_json=False).stdout
    assert "database.max_acu  16 → 32" in text
    assert "Grow \\u{202e}gnihton" in text
    listed = run(releases.command, as_json=False).stdout
    assert "\u202e" not in listed
    assert first["id"] in listed


def test_a_store_without_releases(project: Project, run: Run) -> None:
    assert project.root.exists()
    assert document(run(releases.command)) == {"releases": []}
    assert "distro release create" in run(releases.command, as_json=False).stdout
