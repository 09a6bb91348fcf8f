"""Two clones, two people, one store on S3: asked for in one, approved in the other, carried out in the first."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from promotion import trust_store
from promotion.anchor import Anchor, anchor_of, open_anchor
from promotion.pin import Pin
from promotion.proofs import signatures
from promotion.store import Store
from promotion.trust import Chain
from tests.local.emulators.alone import Emulators
from tests.promotion.keys import Keys
from tests.promotion.ledgers import Place
from tests.promotion.project import Project
from tests.promotion.test_pipeline import gates
from tests.promotion.worlds import Cloud, World, without_environments

pytestmark = pytest.mark.xdist_group("s3")


@dataclass(frozen=True)
class Shared(Place):
    """The team's store and its anchor in Parameter Store; the memory is this client's own."""

    url: str

    @cached_property
    def store(self) -> Store:
        return Store.open(self.url)

    @cached_property
    def anchor(self) -> Anchor:
        return open_anchor(anchor_of(self.url))


@dataclass(frozen=True)
class Clone(World):
    """A clone of the team's; all reach the same clouds, which are in `clouds`."""

    url: str
    clouds: Path

    @cached_property
    def place(self) -> Place:
        return Shared(self.folder, self.url)

    def cloud(self, environment: str) -> Cloud:
        self.clouds.mkdir(exist_ok=True)
        return Cloud(self.clouds, environment)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Second(Clone):
    """The clone of somebody who joined later, with the digest of the root keys from a colleague."""

    first: Clone

    @cached_property
    def project(self) -> Project:
        remote = self.first.folder / "remote.git"
        subprocess.run(["git", "clone", "--quiet", "--branch=staging", remote, self.folder / "project"], check=True)
        return Project(self.folder / "project")

    @cached_property
    def chain(self) -> Chain:
        pin = Pin(self.folder / "pin")
        return trust_store.join(self.place.store, pin, self.first.trust.root.digest())


def test_asked_for_in_one_approved_in_the_other(
    tmp_path: Path, keys: Keys, s3: str, moto: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", moto.plan.url("moto"))
    without_environments(tmp_path, monkeypatch.setattr)
    first = Clone(tmp_path / "first", keys, s3, tmp_path / "clouds")
    second = Second(tmp_path / "second", keys, s3, tmp_path / "clouds", first)
    for clone in (first, second):
        clone.folder.mkdir()
    released = first.release("queue ingest")
    assert first.to("dev").case.state == "succeeded"
    opened = first.promote("dev", "staging")
    assert gates(opened) == {"approvals"}

    second.approve(opened, ("team-lead", "tess"))
    outcome = first.promote("dev", "staging")

    assert (outcome.case.id, outcome.case.state, outcome.case.release) == (opened.case.id, "succeeded", released)
    assert second.cloud("staging").has == ["queue ingest"]
    assert first.applied("staging") == 1
    ledgers = [clone.place.ledger() for clone in (first, second)]
    seen = [ledger.read().promotions for ledger in ledgers]
    assert seen[0] == seen[1]
    assert ledgers[0].positions == ledgers[1].positions
    assert [(each.actor) for each in ledgers[1].entries if each.kind == "approval-given"] == ["tess"]
    for clone in (first, second):
        verdict = clone.place.verify(proofs=(signatures(clone.trust.root.digest()),))
        assert (verdict.problems, verdict.entries) == ((), len(ledgers[0].entries))
