"""A suite of a release is run, its result signed by an attester, and recorded for exactly that release and place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from infra.errors import DistroError
from infra.paths import project_root
from promotion import amendment, attesting, evidence, release
from promotion.anchor import FileAnchor
from promotion.attesting import Attested, Bench, Job, Place
from promotion.gate_evidence import evidence_gate
from promotion.kinds.records import EvidenceRecorded
from promotion.ledger import Ledger
from promotion.memory import Memory
from promotion.pin import Pin
from promotion.store import Store
from promotion.suites import Surroundings
from tests.promotion.organisation import Organisation
from tests.promotion.project import Project

SECRET = "canary-7d1f"
TESTS = """
import os
import pytest

def test_good():
    assert os.environ["GIVEN"] == "canary-7d1f"
    print(os.environ["GIVEN"])

def test_alone():
    assert "LEFT_OUT" not in os.environ

@pytest.mark.skip(reason="not here")
def test_skipped():
    pass
"""
FAILING = """
import os

def test_bad():
    assert os.environ["GIVEN"] == "another"
"""
CONFIGURATION = """
[tool.distro.suites]
unit = ["checks", "-k", "not bad"]
integration = ["checks"]
regression = ["nowhere"]
"""


@dataclass(frozen=True)
class World:
    """A project with suites, and a store that knows the organisation."""

    organisation: Organisation
    project: Project
    bench: Bench
    said: list[str]

    def job(self, suite: str, environment: Place, key: str = "ci", name: str | None = None) -> Job:
        path = self.organisation.keys.private(key)
        found = attesting.attester(self.bench.people, suite, path, name)  # type: ignore[arg-type]
        return Job(suite, environment, found, path)  # type: ignore[arg-type]

    def attest(self, job: Job, variables: Mapping[str, str]) -> Attested:
        found = attesting.subject(self.bench, job.suite, job.environment)
        given = {"PATH": os.environ["PATH"], "GIVEN": SECRET, **variables}
        return attesting.attest(self.bench, job, found, Surroundings(given, frozenset({SECRET})))

    def deploy(self, environment: str) -> None:
        """As the ledger has it after a promotion: what follows is read from the projection alone."""
        made, _ = release.create(self.project.repository, self.bench.store, self.said.append)
        self.bench.ledger.read().deployed[environment] = made.digest()


@pytest.fixture
def world(organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("promotion.checkout.cache_home", lambda: tmp_path / "cache")
    monkeypatch.setenv("LEFT_OUT", "of the caller")
    project, store = Project(tmp_path / "project"), Store.open(f"file://{tmp_path}/store")
    project.write("requirements-dev.lock", (project_root() / "requirements-dev.lock").read_text())
    project.write("pyproject.toml", CONFIGURATION)
    project.write("checks/test_good.py", TESTS)
    project.write("checks/test_bad.py", FAILING)
    project.commit("Suites", author=("Sam", "sam@example.org"))
    pin, said = Pin(tmp_path / "trust.json"), list[str]()
    draft = amendment.found(store, pin, lambda _: organisation.trust)
    assert isinstance(draft, amendment.Draft)
    roots = [organisation.keys.private(f"root-{name}") for name in ("ann", "bob")]
    outcome = amendment.sign(store, pin, draft, roots)
    assert outcome.chain
    ledger = Ledger(store, FileAnchor(tmp_path / "anchor"), Memory(tmp_path / "memory"))
    amendment.record(ledger, outcome.chain, "ann")
    return World(
        organisation, project, Bench(store, ledger, organisation.people, project.repository, said.append), said
    )


def test_unit_tests_of_the_commit_are_counted_signed_and_recorded(world: World) -> None:
    attested = world.attest(world.job("unit", "local"), {})
    assert (attested.result.passed, attested.result.failed) == (2, 0)
    made, _ = release.create(world.project.repository, world.bench.store, print)
    entry = world.bench.ledger.entries[-1]
    payload = EvidenceRecorded(suite="unit", release=made.digest(), environment="local", evidence=attested.evidence)
    assert (entry.payload, entry.environment, entry.actor) == (payload.model_dump(mode="json"), None, "ci")
    data = world.bench.store.read(attested.evidence.path)
    found = evidence.verify(data, world.bench.people, world.bench.ledger.now())
    assert found.evidence.command == ("pytest", "checks", "-k", "not bad")
    assert not [line for line in world.said if SECRET in line]
    facts = world.organisation.facts
    asked = replace(
        facts, at=world.bench.ledger.now(), evidence=(found,),
        request=replace(facts.request, source="local", target="dev"),
        release=replace(facts.release, digest=made.digest(), changes=()),
    )  # fmt: skip
    assert evidence_gate(asked)[0].state == "open"


def test_a_failing_suite_is_evidence_too_and_shows_no_secret(world: World) -> None:
    world.deploy("dev")
    attested = world.attest(world.job("integration", "dev"), {})
    assert (attested.result.passed, attested.result.failed) == (2, 1)
    assert attested.result.failures == ("checks.test_bad::test_bad",)
    assert world.bench.ledger.entries[-1].environment == "dev"
    assert any("[secret]" in line for line in world.said)
    assert not [line for line in world.said if SECRET in line]


@pytest.mark.parametrize(
    ("suite", "key", "name", "code", "message"),
    [
        ("integration", "ci", None, 3, "dev runs no release"),
        ("unit", "dana", None, 3, "attests nothing here"),
        ("unit", "ci", "nobody", 3, "nobody attests nothing here"),
        ("unit", "laptop", None, 3, "may not attest the suite unit"),
        ("unit", "dana", "ci", 3, "dana may not sign"),
    ],
)
def test_what_is_refused(world: World, suite: str, key: str, name: str | None, code: int, message: str) -> None:
    before = len(world.bench.ledger.entries)
    with pytest.raises(DistroError, match=message) as refused:
        world.attest(world.job(suite, "dev", key, name), {})
    assert (refused.value.exit_code, len(world.bench.ledger.entries)) == (code, before)
    assert world.bench.store.names("evidence") == []


def test_an_author_attests_nothing_of_their_own(world: World) -> None:
    world.deploy("staging")
    with pytest.raises(DistroError, match="sams-laptop is sam's, author of 1 commit") as refused:
        world.attest(world.job("regression", "staging", "laptop"), {})
    assert refused.value.exit_code == 3


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        (CONFIGURATION, "pytest ended with 4"),
        ("", "has no suite regression"),
        ("[tool.distro.suites]\nregression = 'checks'\n", "cannot be read"),
        ("[tool", "cannot be read"),
        ("[tool.distro.suites]\nregression = ['checks', '-k', 'skipped']\n", "0 tests passed"),
    ],
)
def test_what_is_no_result_is_not_recorded(world: World, configuration: str, message: str) -> None:
    world.project.write("pyproject.toml", configuration)
    world.project.commit("Suites again")
    world.deploy("staging")
    with pytest.raises(DistroError, match=message) as refused:
        world.attest(world.job("regression", "staging"), {})
    assert (refused.value.exit_code, world.bench.store.names("evidence")) == (1, [])


def test_an_environment_that_moved_meanwhile_is_not_attested(world: World) -> None:
    world.deploy("dev")
    found, job = attesting.subject(world.bench, "integration", "dev"), world.job("integration", "dev")
    world.bench.ledger.read().deployed["dev"] = None
    around = Surroundings({"PATH": os.environ["PATH"], "GIVEN": SECRET})
    with pytest.raises(DistroError, match="dev got another release"):
        attesting.attest(world.bench, job, found, around)
    assert world.bench.store.names("evidence") == []
