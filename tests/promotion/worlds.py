"""An organisation at work: real git, store, ledger, lease and SSH keys; its clouds are a file an environment.

The program of a release names resources in `infra/wanted.txt`, a line each: `bucket NAME` holds data, `queue NAME`
does not; `queue ill-ENV` makes the smoke checks of that environment fail, `queue refused` the deployment.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import Any, ClassVar

from engine import plan
from engine.canonical import State, canonical
from engine.plan import Plan
from engine.preserving import Preserving
from engine.program import ProgramSource
from infra.environment.operation import Role, Suite
from infra.errors import OperationFailed
from infra.specification import load_all
from promotion import amendment, answering, evidence, pipeline, release, signed_objects
from promotion.evidence import Evidence
from promotion.kinds.records import EvidenceRecorded
from promotion.lease import TERMS, Terms
from promotion.opening import Request
from promotion.organisation import first_version
from promotion.pin import Pin
from promotion.pipeline import Options, Outcome
from promotion.release import Release
from promotion.schema import Target
from promotion.session import Session
from promotion.signing import Envelope, Subject, sign
from promotion.trust import Chain, Trust, verify_chain
from tests.promotion.keys import Keys
from tests.promotion.ledgers import Place
from tests.promotion.project import Project

TYPES = {"bucket": "aws:s3/bucket:Bucket", "queue": "aws:sqs/queue:Queue"}
PEOPLE: dict[str, tuple[str, str]] = {
    "sam": ("", ""), "rita": ("", ""), "tess": ("team-lead", ""), "dana": ("product-manager", ""),
    "adrian": ("engineering-lead", ""), "omar": ("on-call", ""), "lee": ("", "team-lead"),
}  # fmt: skip
SAM = ("Sam", "sam@example.org")
AWAY = "turned away"
"""What somebody notes who could not have an environment."""


def state(environment: str, names: Iterable[str]) -> State:
    """The state with these resources, as `kind name` each."""
    rows = [{"urn": urn(environment, name), "type": TYPES[name.split()[0]], "custom": True} for name in names]
    return canonical(json.dumps({"deployment": {"resources": rows}}), b"key")


def urn(environment: str, name: str) -> str:
    """`kind name` as the engine names it."""
    kind, _, label = name.partition(" ")
    return f"urn:pulumi:{environment}::distro::{TYPES[kind]}::{label}"


@dataclass
class Cloud:
    """What deploys one environment, and holds it while it does; it notes what it did in `did`, a line each."""

    folder: Path
    environment: Target
    halted: Event = field(default_factory=Event)

    @property
    def file(self) -> Path:
        return self.folder / f"{self.environment}.json"

    @property
    def has(self) -> list[str]:
        found: list[str] = json.loads(self.file.read_text()) if self.file.exists() else []
        return found

    def put(self, names: Iterable[str]) -> None:
        draft = self.file.with_suffix(".draft")
        draft.write_text(json.dumps(sorted(names)))
        draft.replace(self.file)

    def state(self) -> State:
        return state(self.environment, self.has)

    def expect(self, program: ProgramSource) -> None:
        """Nothing here takes time."""

    def plan(self, program: ProgramSource, start: State) -> Plan:
        return self._planned(wanted(program), start)

    def preserving(self, program: ProgramSource, start: State) -> Preserving:
        named = wanted(program)
        lacking = [each for each in self.has if each.startswith("bucket") and each not in named]
        urns = tuple(urn(self.environment, each) for each in lacking)
        return Preserving(self._planned([*named, *lacking], start, keep=urns), urns, ())

    def _planned(self, named: Iterable[str], start: State, keep: tuple[str, ...] = ()) -> Plan:
        has, wants = self.has, list(named)
        entries: dict[str, Any] = {}
        for name in {*has, *wants}:
            step = "same" if name in has and name in wants else "create" if name in wants else "delete"
            place = urn(self.environment, name)
            entries[place] = {"steps": [step], "goal": {} if step == "delete" or place in keep else {"custom": True}}
        document = {"resourcePlans": entries, "names": sorted(wants)}
        return plan.read(json.dumps(document).encode(), start)

    def apply(self, program: ProgramSource, plan: bytes, excluded: Iterable[str]) -> None:  # noqa: ARG002
        document = json.loads(plan)
        self.note(f"apply {program.root.parent.name}")
        if "queue refused" in document["names"]:
            raise OperationFailed("sqs answered AccessDenied for queue refused")
        if (self.folder / "hangs").exists():
            self._make(document["names"][:1])
            assert self.halted.wait(240)
            raise OperationFailed("the engine was killed")
        self._make(document["names"])
        if (self.folder / "others").exists():
            self._wait_for(int((self.folder / "others").read_text()))

    def _make(self, names: Iterable[str]) -> None:
        for name in sorted(set(names) - set(self.has)):
            self.note(f"made {name}")
        self.put(names)

    def _wait_for(self, others: int) -> None:
        """Until so many others were turned away from this environment."""
        until = time.monotonic() + 240
        while (away := self.did.count(f"{self.environment} {AWAY}")) < others:
            if time.monotonic() > until:
                raise OperationFailed(f"{away} of {others} were turned away")
            time.sleep(0.05)

    @property
    def did(self) -> list[str]:
        """What all processes did, a line each, the environment first."""
        file = self.folder / "did"
        return file.read_text().splitlines() if file.exists() else []

    def drifted(self) -> tuple[str, ...]:
        return ("urn:drifted",) if (self.folder / "drifted").exists() else ()

    def failing(self, specification: bytes) -> tuple[str, ...]:
        assert json.loads(specification)["name"] == self.environment
        ill = f"queue ill-{self.environment}" in self.has or (self.folder / "always-ill").exists()
        return ("api-health: it answered 503",) if ill else ()

    @contextmanager
    def operation(self, command: str) -> Iterator[Cloud]:
        self.note(command)
        yield self

    def running(self) -> bool:
        return False

    def free(self) -> None:
        self.note("free")

    def halt(self) -> None:
        self.note("halt")
        self.halted.set()

    def note(self, line: str) -> None:
        with (self.folder / "did").open("a") as did:
            did.write(f"{self.environment} {line}\n")


def wanted(program: ProgramSource) -> list[str]:
    return (program.root / "infra" / "wanted.txt").read_text().split("\n")[:-1]


@dataclass(frozen=True)
class World:
    """One checkout, its remote, its store and its clouds; `keys` are everybody's."""

    folder: Path
    keys: Keys = field(repr=False)
    terms: ClassVar[Terms] = TERMS

    @cached_property
    def project(self) -> Project:
        made = Project(self.folder / "project", author=SAM)
        if (self.folder / "remote.git").exists():
            return made
        made.git("init", "--quiet", "--bare", str(self.folder / "remote.git"))
        made.git("remote", "add", "origin", str(self.folder / "remote.git"))
        return made

    @cached_property
    def place(self) -> Place:
        return Place(self.folder)

    @property
    def trust(self) -> Trust:
        """The version in force."""
        return self.chain.newest

    @cached_property
    def chain(self) -> Chain:
        """Signed, published and on the record; the same in every process."""
        stored = self.folder / "trust.envelope"
        if not stored.exists():
            self._found(stored)
        envelope = Envelope.parse(stored.read_bytes())
        return verify_chain([stored.read_bytes()], self._root(envelope))

    def _root(self, envelope: Envelope) -> str:
        from promotion.signing import claimed

        return claimed(envelope, Trust).root.digest()

    def _found(self, stored: Path) -> None:
        file = self.folder / "people.yaml"
        rows = [
            f"  {name}: {{ mails: [{name}@example.org], keys: [{self.keys.public(name)}], roles: [{role}], "
            f"deputy_for: [{deputy}] }}"
            for name, (role, deputy) in PEOPLE.items()
        ]
        file.write_text(
            f"root: {{ threshold: 1, holders: {{ ann: {self.keys.public('root-ann')} }} }}\n"
             "people:\n" + "\n".join(rows) + "\n"
            + f"attesters:\n  ci: {{ keys: [{self.keys.public('ci')}], suites: [unit, integration, regression], "
            + "checkpoints: true }\n"
        )  # fmt: skip
        stated = first_version(file, load_all().environments, datetime.now(UTC).replace(microsecond=0) - timedelta(1))
        envelope = sign(stated, [Subject.of("trust/1", stated.people.digest())], self.keys.private("root-ann"))
        self.place.store.create("trust/1.json", envelope.canonical())
        chain = verify_chain([envelope.canonical()], stated.root.digest())
        Pin(self.folder / "pin").remember(chain.root, chain.digests)
        amendment.record(self.place.ledger(), chain, "ann")
        stored.write_bytes(envelope.canonical())

    def session(self, actor: str = "rita") -> Session:
        """As a new process has it."""
        return Session(
            self.place.store,
            self.place.ledger(),
            self.chain,
            self.project.repository,
            actor,
            self.cloud,
            print,
            self.terms,
        )

    def cloud(self, environment: str) -> Cloud:
        (self.folder / "clouds").mkdir(exist_ok=True)
        return Cloud(self.folder / "clouds", environment)  # type: ignore[arg-type]

    def applied(self, environment: str) -> int:
        return sum(line.startswith(f"{environment} apply") for line in self.cloud(environment).did)

    def release(self, *names: str) -> Release:
        """A commit of sam's with this program, pushed to staging, released and attested wherever it may go."""
        self.project.write("infra/wanted.txt", "".join(f"{name}\n" for name in names))
        self.project.commit("Change", author=SAM, committer=SAM)
        self.project.git("push", "--quiet", "origin", "HEAD:staging")
        made, _ = release.create(self.project.repository, self.place.store, print)
        assert self.trust.version == 1
        for suite, environment in (("unit", "local"), ("integration", "dev"), ("regression", "staging")):
            self.attest(suite, environment, made)
        return made

    def attest(self, suite: Suite | str, environment: str, of: Release) -> None:
        ledger = self.place.ledger()
        ledger.read()
        now = ledger.now()
        stated = Evidence.model_validate({
            "suite": suite, "release": of.digest(), "environment": environment, "attester": "ci",
            "command": ("pytest",), "passed": 40, "failed": 0, "started_at": now, "finished_at": now,
        })  # fmt: skip
        kept = signed_objects.keep(self.place.store, "evidence", evidence.sign(stated, self.keys.private("ci")))
        recorded = EvidenceRecorded.model_validate(
            {"suite": suite, "release": of.digest(), "environment": environment, "evidence": kept}
        )
        ledger.append(recorded, environment=None, actor="ci")

    def promote(self, source: str, target: Target, *, actor: str = "rita", **more: Any) -> Outcome:
        options = {name: more.pop(name) for name in ("wait", "replan", "dry_run") if name in more}
        return pipeline.promote(self.session(actor), Request(source, target, **more), Options(**options), agree)

    def approve(self, outcome: Outcome, *given: tuple[Role, str]) -> None:
        for role, person in given:
            session = self.session(person)
            found = answering.asked(session, outcome.case.id, role, person)
            answering.approve(session, found, self.keys.private(person))

    def to(self, target: Target) -> Outcome:
        """The newest release, all the way to there."""
        outcome = self.promote("local", "dev")
        assert outcome.case.state == "succeeded", outcome
        if target != "dev":
            self.approve(self.promote("dev", "staging"), ("team-lead", "tess"))
            outcome = self.promote("dev", "staging")
        if target == "prod":
            both: tuple[tuple[Role, str], ...] = (("product-manager", "dana"), ("engineering-lead", "adrian"))
            self.approve(self.promote("staging", "prod"), *both)
            outcome = self.promote("staging", "prod")
        return outcome


def agree(_: object) -> None:
    """Nobody is asked."""


def without_environments(folder: Path, patch: Callable[[str, object], None]) -> None:
    """Let releases be unpacked below a folder, and make no environment for them: no program is run here."""
    patch("promotion.checkout.cache_home", lambda: folder / "cache")
    patch("promotion.checkout.interpreter", lambda *_: Path(sys.executable))
