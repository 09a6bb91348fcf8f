"""`distro rehearse` as a command: what ends it, and what is left; its story is test_promotion.py's."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from infra.errors import DistroError
from infra.progress import Progress, silent
from promotion.rehearsal.performance import rehearse
from promotion.rehearsal.story import Step
from tests.acceptance.checkout import committed
from tests.acceptance.project import Project

pytestmark = pytest.mark.xdist_group("rehearse")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working tree as it is now, committed by somebody whom a rehearsal does not know."""
    return committed(tmp_path_factory.mktemp("rehearse") / "distro")


@pytest.mark.parametrize(
    ("second", "expected", "said_by_it"),
    [
        (
            Step("second", "release show rel-000000000000"),
            "expected exit 0; got exit 2", "rel-000000000000",
        ),
        (
            Step("second", "releases", closed=frozenset({"evidence"})),
            "expected exit 0, closed: evidence; got exit 0", "releases",
        ),
    ],
)  # fmt: skip
def test_the_first_step_that_ends_otherwise_ends_the_story(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: Step, expected: str, said_by_it: str
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "somebody's"))  # as in a hook of git's
    said: list[Progress] = []
    story = (Step("first", "releases"), second, Step("third", "releases"))
    performance = rehearse(checkout, said.append, keep=False, story=story)
    assert [(each.name, each.result) for each in performance.steps] == [
        ("first", "passed"), ("second", "failed"), ("down", "passed"),
    ]  # fmt: skip
    assert performance.failed
    assert expected in performance.failed.detail
    assert said_by_it in performance.failed.detail
    assert [(each.phase, each.state) for each in said if each.state == "failed"] == [("second", "failed")]
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_can_be_looked_at(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    performance = rehearse(checkout, silent, keep=True, story=(Step("release", "release create"),))
    assert performance.kept
    assert performance.kept.parent == tmp_path
    releases = subprocess.run(
        ["./distro", "--rehearse", "releases"], cwd=performance.kept / "clone", check=True, capture_output=True
    )
    assert b"rel-" in releases.stdout


def test_a_folder_that_is_no_clone_is_refused_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, temporary = tmp_path / "source", tmp_path / "temporary"
    source.mkdir()
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with pytest.raises(DistroError, match="git"):
        rehearse(source, silent, keep=True)
    assert list(temporary.iterdir()) == []


def test_an_interrupt_leaves_nothing(checkout: Path, tmp_path: Path) -> None:
    with Project(checkout, variables={**os.environ, "TMPDIR": str(tmp_path)}).start("rehearse") as process:
        lines = iter(process.stderr or ())
        assert any(" release " in line for line in lines)
        process.send_signal(signal.SIGINT)
        left = "".join(lines)
        assert process.wait() == 130, left
    assert "Interrupted." in left
    assert list(tmp_path.iterdir()) == []
