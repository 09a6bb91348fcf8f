"""A release moves from a commit to production in a rehearsal; the next one is ill there and is taken back by itself.

`distro rehearse` tells it once; these tests look at what it leaves behind, and go on from there in their order.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from promotion.rehearsal.stage import Stage
from promotion.rehearsal.story import END, STORY
from tests.acceptance import checkout
from tests.acceptance.project import Project, finish

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("promotion"), pytest.mark.timeout(1200)]

HEALTH = "infra/workloads/functions/health/handler.py"


@dataclass(frozen=True)
class Told:
    """The story's folder, and what `distro rehearse` said of it."""

    stage: Stage
    document: Any

    def run(self, *words: str, code: int = 0) -> Any:
        """What a command line of the clone answers."""
        typed = self.stage.type("--rehearse", *words, "--json")
        assert typed.code == code, typed.errors
        return json.loads(typed.output)

    @property
    def ledger(self) -> Path:
        return self.stage.clone / ".distro" / "rehearsal" / "default" / "store" / "ledger"

    def payloads(self) -> list[dict[str, Any]]:
        """Of the ledger's entries, in their order."""
        entries = [json.loads(file.read_text()) for file in self.ledger.iterdir()]
        return [each["payload"] for each in sorted(entries, key=lambda each: int(each["number"]))]


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, temporary: Path) -> Iterator[Told]:
    project = Project(
        checkout.committed(tmp_path_factory.mktemp("rehearse") / "distro"), variables={"TMPDIR": str(temporary)}
    )
    finished = project.run("rehearse", "--keep", "--json", timeout=1150)
    stages = [Stage(folder) for folder in temporary.glob("distro-rehearse-*")]
    try:
        assert finished.code == 0, finished.output + finished.errors
        (stage,) = stages
        yield Told(stage, finished.document)
    finally:
        for each in stages:
            each.type("--rehearse", *END.words.split())


def test_every_step_ends_as_it_has_to(told: Told) -> None:
    assert told.document["result"] == "passed"
    steps = told.document["steps"]
    assert [(each["name"], each["result"]) for each in steps] == [(step.name, "passed") for step in STORY]
    assert all(each["seconds"] > 0 for each in steps)
    assert told.document["kept"] == str(told.stage.folder)


def test_a_release_moved_to_production(told: Told) -> None:
    moved, taken_back = told.run("history", "prod")["entries"]
    assert (moved["result"], taken_back["result"]) == ("succeeded", "rolled-back")
    shown = told.run("promotion", "show", moved["promotion"])
    assert sorted(each["role"] for each in shown["approvals"]) == ["engineering-lead", "product-manager"]
    assert told.run("status", "prod")["release"] == moved["release"]
    assert told.run("smoke", "prod")["result"] == "passed"


def test_the_one_that_was_ill_there_was_taken_back(told: Told) -> None:
    promotion = told.run("history", "prod")["entries"][-1]["promotion"]
    (detail,) = [each["detail"] for each in told.payloads() if each.get("promotion") == promotion and "detail" in each]
    assert "GET /health answered 502" in detail
    plan = told.run("promotion", "show", promotion)["plan"]
    assert "rehearsed-token stays: a rollback deletes nothing that holds data" in plan["view"]
    assert told.run("drift", "prod")["drifted"] == []


def test_one_that_was_killed_is_gone_on_with(told: Told) -> None:
    """The launcher becomes the command line: what is killed is the process that applies."""
    before = len(told.payloads())
    process = Project(told.stage.clone).start("--rehearse", "promote", "local", "dev", "--yes", "--json")
    while not any(each.get("step") == "applying" for each in told.payloads()[before:]):
        assert process.poll() is None, finish(process)
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    finish(process)
    document = told.run("promote", "local", "dev", "--yes")
    assert (document["state"], document["gates"]) == ("succeeded", [])
    entries = told.run("promotion", "show", document["promotion"])["entries"]
    assert [each["kind"] for each in entries].count("promotion-started") == 1
    assert told.run("status", "dev")["release"] == document["release"]


def test_what_was_taken_down_is_promoted_anew(told: Told) -> None:
    told.run("down", "dev", "--yes")
    assert told.run("history", "dev")["entries"][-1]["detail"] == "nothing runs since then"
    document = told.run("promote", "local", "dev", "--yes")
    assert document["state"] == "succeeded"
    assert document["plan"]["changes"]["create"] > 0


def test_one_that_nobody_tested_moves_nowhere(told: Told) -> None:
    file = told.stage.clone / HEALTH
    file.write_text(file.read_text().replace('"status": "ok"', '"status": "fine"'))
    told.stage.publish("Answer in another word")
    id = told.run("release", "create")["id"]
    blocked = told.run("promote", "local", "dev", "--yes", code=3)
    assert blocked["release"] == id
    assert {gate["name"] for gate in blocked["gates"] if gate["state"] == "closed"} == {"evidence"}


def test_what_was_deployed_from_a_working_tree_moves_nowhere(told: Told) -> None:
    told.run("up", "dev")
    assert told.run("status", "dev")["release"] is None
    assert "dev runs no release" in told.run("promote", "dev", "staging", "--yes", code=3)["error"]


def test_the_record_proves_all_of_it(told: Told) -> None:
    verdict = told.run("audit", "verify")
    assert (verdict["result"], verdict["problems"]) == ("ok", [])


def test_the_end_leaves_nothing_but_what_was_kept(told: Told, temporary: Path) -> None:
    assert told.run(*END.words.split())["result"] == END.result
    assert list(temporary.iterdir()) == [told.stage.folder]
