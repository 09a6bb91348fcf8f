"""Making evidence: a suite of the release that runs in an environment, its result signed and put on the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from infra.environment.operation import Suite
from infra.errors import GateClosed, OperationFailed
from infra.provisioning.artifact import Say
from promotion import evidence, release, signed_objects, suites
from promotion.authorship import Change, authors
from promotion.entries import Reference
from promotion.evidence import Evidence
from promotion.kinds.records import EvidenceRecorded
from promotion.ledger import Ledger
from promotion.organisation import public_key
from promotion.people import Attester, People
from promotion.release import Origin, Release
from promotion.repository import Repository
from promotion.schema import Target
from promotion.signing import NotAuthorised
from promotion.store import Store
from promotion.suites import Result, Surroundings

FOLDER = "evidence"
Place = Literal["local", "dev", "staging", "prod"]


@dataclass(frozen=True)
class Job:
    """One run that somebody asked for: what, where, and who signs with which key."""

    suite: Suite
    environment: Place
    attester: Attester
    key: Path


@dataclass(frozen=True)
class Attested:
    """The result and where its evidence lies."""

    release: Release
    result: Result
    evidence: Reference


@dataclass(frozen=True)
class Bench:
    """What a job works with."""

    store: Store
    ledger: Ledger
    people: People
    repository: Repository
    say: Say = field(repr=False)


def attester(people: People, suite: Suite, key: Path, name: str | None) -> Attester:
    """Who attests: by name, else whose key it is. Raises NotAuthorised for anybody who may not, UsageError."""
    if name:
        found = people.attester(name)
    else:
        public = public_key(key if key.suffix == ".pub" else key.with_name(f"{key.name}.pub"))
        found = next((each for each in people.attesters if public in {held.key for held in each.keys}), None)
    if found is None:
        raise NotAuthorised(
            f"{name or key} attests nothing here.", hint="`distro people list` shows the attesters: give --key FILE."
        )
    if suite not in found.suites:
        raise NotAuthorised(f"{found.name} may not attest the suite {suite}.", hint="`distro people list` shows who.")
    return found


def subject(bench: Bench, suite: Suite, environment: Place) -> Release:
    """The release that a result is about: the commit's that is checked out for unit tests, else the deployed one.

    Raises GateClosed where no release is deployed there, UsageError for uncommitted changes.
    """
    if suite == "unit":
        return release.create(bench.repository, bench.store, bench.say)[0]
    running = bench.ledger.read().deployed.get(environment)
    if running is None:
        raise GateClosed(f"{environment} runs no release.", hint=f"Promote one to {environment} first.")
    return release.read(bench.store, release.id_of(running))


def attest(bench: Bench, job: Job, found: Release, around: Surroundings) -> Attested:
    """Run, sign, record. A failing suite is evidence too.

    Raises GateClosed for an author's own attester and for a key that does not count, OperationFailed where the suite
    could not run, or where the environment got another release meanwhile.
    """
    _check_author(bench, job, found)
    started = bench.ledger.now()
    result = suites.run(release.content(bench.store, found), job.suite, around, bench.say)
    _check_unmoved(bench, job, found)
    stated = Evidence(
        suite=job.suite, release=found.digest(), environment=job.environment, attester=job.attester.name,
        command=result.command, passed=result.passed, failed=result.failed, started_at=started,
        finished_at=bench.ledger.now(),
    )  # fmt: skip
    envelope = evidence.sign(stated, job.key)
    evidence.verify(envelope.canonical(), bench.people, stated.finished_at)
    reference = signed_objects.keep(bench.store, FOLDER, envelope)
    payload = EvidenceRecorded(suite=job.suite, release=stated.release, environment=job.environment, evidence=reference)
    bench.ledger.append(payload, environment=_target(job.environment), actor=job.attester.name)
    return Attested(found, result, reference)


def _check_author(bench: Bench, job: Job, found: Release) -> None:
    """Who made one of the release's commits; what else it brings to a target is for that one's gate."""
    person = job.attester.person
    made = authors(_changes(release.origins(bench.store, found), bench.repository), bench.people)
    if person and person in made:
        raise GateClosed(
            f"{job.attester.name} is {person}'s, {made[person]} of {found.id}: an author's own result never counts.",
            hint="Let another attester run it: `distro people list`.",
        )


def _changes(origins: Sequence[Origin], repository: Repository) -> list[Change]:
    found = [repository.commit(each.commit) for each in origins]
    return [
        Change(each.id, each.author.mail, each.committer.mail, tuple(person.mail for person in each.co_authors))
        for each in found
    ]


def _check_unmoved(bench: Bench, job: Job, found: Release) -> None:
    if job.suite != "unit" and bench.ledger.read().deployed.get(job.environment) != found.digest():
        raise OperationFailed(f"{job.environment} got another release while the suite ran.", hint="Run it again.")


def _target(environment: Place) -> Target | None:
    """The entry's environment: the ledger keeps none for what is on somebody's machine."""
    return None if environment == "local" else environment
