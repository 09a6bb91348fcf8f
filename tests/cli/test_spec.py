"""`distro spec` as a user types it: exit codes, the JSON documents, and text that a person can use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click.testing
import pytest

from cli.application import Application
from cli.commands.spec import command
from infra.paths import project_root
from tests.infra.project import Project


def distro(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments], cwd=project_root(), capture_output=True, text=True, check=False
    )


def inside(
    project: Project, monkeypatch: pytest.MonkeyPatch, *arguments: str, as_json: bool = False
) -> click.testing.Result:
    """The command on another checkout's files."""
    monkeypatch.setattr("infra.specification.project_root", lambda: project.root)
    runner = click.testing.CliRunner()
    return runner.invoke(command, list(arguments), obj=Application(arguments, json=as_json), prog_name="distro spec")


def test_check_of_the_project_is_valid() -> None:
    done = distro("spec", "check", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"environment": None, "result": "valid", "problems": []}


@pytest.mark.parametrize("arguments", [("check", "production"), ("show", "production"), ("show", "dev", "databas"),
                                       ("diff", "dev", "shared"), ("diff", "dev"), ("chek",)])  # fmt: skip
def test_wrong_requests_exit_2(arguments: tuple[str, ...]) -> None:
    done = distro("spec", *arguments)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_check_lists_every_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path)
    first = project.change("prod", "max_acu: 16", "max_acu: 0.3")
    second = project.change("staging", "multi_az: false", "multi_az: maybe")
    result = inside(project, monkeypatch, "check", as_json=True)
    assert result.exit_code == 2
    problems = json.loads(result.stdout)["problems"]
    assert [(each["file"], each["line"], each["path"]) for each in problems] == [
        ("Pulumi.prod.yaml", first, "environment.database.max_acu"),
        ("Pulumi.staging.yaml", second, "environment.database.multi_az"),
    ]
    text = inside(project, monkeypatch, "check").stdout
    assert f"Pulumi.prod.yaml:{first}: environment.database.max_acu: 0.3 is not allowed" in text
    assert text.endswith("2 problems in 2 files.\n")


def test_show_groups_by_section_with_sources() -> None:
    text = distro("spec", "show", "dev", "database").stdout
    assert "2.2  Database Configuration" in text
    line = next(line for line in text.splitlines() if "database.max_acu" in line)
    assert line.split() == ["database.max_acu", "2", "ACU", line.split()[-1]]
    assert line.split()[-1].startswith("Pulumi.dev.yaml:")


def test_show_as_json_has_every_setting() -> None:
    document = json.loads(distro("spec", "show", "prod", "--json").stdout)
    assert {"environment", "result", "problems", "settings", "open_points"} == document.keys()
    assert {"path": "account", "value": "867653852961", "unit": "", "section": "0.2"}.items() <= document["settings"][
        2
    ].items()
    assert any(point["needed"] for point in document["open_points"])


def test_diff_is_a_table_that_a_pipe_does_not_break() -> None:
    text = distro("spec", "diff", "staging", "prod").stdout
    header, *rows = text.splitlines()
    assert header.split() == ["setting", "staging", "prod"]
    assert any(row.split() == ["2.2", "database.max_acu", "4", "ACU", "16", "ACU"] for row in rows)
    assert distro("spec", "diff", "dev", "dev").stdout == "dev and dev are the same.\n"
