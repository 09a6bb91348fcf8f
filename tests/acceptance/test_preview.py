"""`distro preview` as CI runs it on a branch: no sandbox, no network, no credentials."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.acceptance.project import Project

pytestmark = pytest.mark.xdist_group("preview")
FILE = "Pulumi.prod.yaml"


@pytest.fixture(scope="module")
def branch(project: Project) -> Project:
    """The copy as a repository with one commit, then changes that are not committed."""
    git = ["git", "-C", str(project.root), "-c", "user.name=x", "-c", "user.email=x@example.com"]
    for arguments in (["init", "--initial-branch=main"], ["add", "."], ["commit", "--quiet", "-m", "Base"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    return project


@pytest.fixture
def prod(branch: Project) -> Iterator[Project]:
    original = (branch.root / FILE).read_bytes()
    yield branch
    (branch.root / FILE).write_bytes(original)


def test_a_branch_that_changes_nothing(prod: Project) -> None:
    finished = prod.run("preview", "prod", "--base", "main", "--expect-no-changes", "--json")
    assert finished.code == 0, finished.errors
    document = finished.document
    assert document.keys() >= {"environment", "result", "changes", "resources", "cost", "parity", "policy"}
    assert document["resources"] == []
    assert document["changes"]["same"] > 200
    assert {each["result"] for each in document["policy"]} == {"passed"}


def test_a_branch_that_changes_something_says_what(prod: Project) -> None:
    prod.edit(FILE, "max_acu: 16", "max_acu: 32")
    report = prod.root / "preview.md"
    finished = prod.run("preview", "prod", "--base", "main", "--format", "markdown", "--out", str(report),
                        "--expect-no-changes")  # fmt: skip
    assert finished.code == 4, finished.errors
    text = report.read_text()
    assert "✅ `prod`" in text
    assert "serverlessv2ScalingConfiguration.maxCapacity: 16 → 32" in text


def test_losing_the_database_has_to_be_announced(prod: Project) -> None:
    prod.edit(FILE, "existing: database-2-cluster", "existing: database-3-cluster")
    refused = prod.run("preview", "prod", "--base", "main", "--json")
    assert refused.code == 1, refused.errors
    (broken,) = [each for each in refused.document["policy"] if each["result"] == "failed"]
    assert broken["rule"] == "stateful-not-replaced"
    assert "database" in broken["detail"]


@pytest.mark.parametrize("arguments", [("nowhere",), ("prod", "--base", "nowhere"), ("prod", "--format", "xml")])
def test_a_wrong_request(branch: Project, arguments: tuple[str, ...]) -> None:
    assert branch.run("preview", *arguments).code == 2
