"""The provider's memory of what it made."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.provider.journal import Journal

URN = "urn:pulumi:test::project::aws:sqs/queue:Queue::it"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "provider.journal"


def reopened(path: Path, generation: str = "one") -> Journal:
    return Journal(path, generation)


def test_it_remembers_over_a_restart(path: Path) -> None:
    journal = Journal(path, "one")
    journal.begin(URN)
    journal.created(URN, "a")
    journal.begin(URN)
    journal.created(URN, "b")
    journal.deleted(URN, "a")
    journal.close()
    assert reopened(path).live(URN) == ["b"]
    assert not reopened(path).interrupted(URN)


def test_another_generation_begins_with_nothing(path: Path) -> None:
    journal = Journal(path, "one")
    journal.created(URN, "a")
    journal.close()
    assert reopened(path, "two").live(URN) == []


def test_a_create_without_an_answer_is_known(path: Path) -> None:
    journal = Journal(path, "one")
    journal.begin(URN)
    journal.close()
    assert reopened(path).interrupted(URN)
    other = reopened(path)
    other.failed(URN)
    other.close()
    assert not reopened(path).interrupted(URN)


def test_a_line_cut_off_by_a_kill_spoils_nothing(path: Path) -> None:
    journal = Journal(path, "one")
    journal.created(URN, "a")
    journal.close()
    with path.open("a") as file:
        file.write('{"event": "deleted", "urn": "urn:pul')
    after = reopened(path)
    after.created(URN, "b")
    after.close()
    assert reopened(path).live(URN) == ["a", "b"]


def test_nothing_is_written_for_what_it_never_knew(path: Path) -> None:
    journal = Journal(path, "one")
    journal.deleted(URN, "a")
    assert not path.exists()
