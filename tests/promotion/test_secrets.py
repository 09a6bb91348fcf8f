"""Secrets of configuration and outputs, promoted by the real engine: in clear nowhere, whatever is looked at."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
from rich.console import Console

from cli import promotions as rendering
from cli.application import Application
from engine import events, plan, preserving
from engine.canonical import State, key_of
from engine.plan import Plan
from engine.preserving import Preserving
from engine.program import ProgramSource
from engine.stack import Stack
from engine.toolchain import pulumi_binary
from engine.workspace import Workspace
from infra.progress import silent
from promotion import bundle, checkpoint
from promotion.pipeline import Outcome
from tests.promotion.keys import Keys
from tests.promotion.test_pipeline import whole
from tests.promotion.worlds import Cloud, World, without_environments

pytestmark = pytest.mark.xdist_group("pipeline")

GIVEN, MADE = "canary-given-51c9", "canary-made-77af"
PROGRAM = """
import pulumi

VARIANT = "{variant}"


class Thing(pulumi.ComponentResource):
    def __init__(self, given, made):
        super().__init__("distronation:test:Thing", "thing", {{"given": given, "made": made, "variant": VARIANT}})
        self.register_outputs({{"given": given, "made": made, "variant": VARIANT}})


def main():
    given = pulumi.Config("distro").require_secret("given")
    # No file of the release holds it, not even a compiled one.
    made = pulumi.Output.secret("-".join(["canary", "made", "77af" + VARIANT]))
    Thing(given, made)
    pulumi.export("given", given)
    pulumi.export("nested", {{"made": [made]}})
    pulumi.export("variant", VARIANT)
"""


@dataclass
class Engine(Cloud):
    """An environment without a cloud, deployed by the real engine; it keeps every event."""

    seen: list[events.Event] = field(default_factory=list)

    @cached_property
    def stack(self) -> Stack:
        workspace = Workspace(self.folder / self.environment, self.environment, "passphrase")
        made = Stack(workspace, ProgramSource(self.folder), pulumi_binary(silent))
        made.init()
        made.keep("distro:given", GIVEN)
        return made

    def of(self, program: ProgramSource) -> Stack:
        self.stack.source = program
        return self.stack

    def state(self) -> State:
        return self.stack.canonical(key_of("passphrase"))

    def plan(self, program: ProgramSource, start: State) -> Plan:
        return plan.read(self.of(program).plan(self.seen.append), start)

    def preserving(self, program: ProgramSource, start: State) -> Preserving:
        return preserving.preserving(self.of(program), start, self.seen.append)

    def apply(self, program: ProgramSource, plan: bytes, excluded: Iterable[str]) -> None:
        self.of(program).apply(self.seen.append, plan, exclude=excluded)

    def failing(self, specification: bytes) -> tuple[str, ...]:
        assert json.loads(specification)["name"] == self.environment
        variant = self.stack.outputs().clear["variant"]
        return (f"variant {variant} is ill",) if variant == "ill" else ()


class Real(World):
    """A world whose clouds the engine deploys."""

    @cached_property
    def engines(self) -> dict[str, Engine]:
        return {}

    def cloud(self, environment: str) -> Cloud:
        place = self.folder / "clouds"
        place.mkdir(exist_ok=True)
        return self.engines.setdefault(environment, Engine(place, environment))  # type: ignore[arg-type]

    def variant(self, name: str) -> None:
        self.project.write("infra/program.py", PROGRAM.format(variant=name))
        self.release(name)


@pytest.fixture
def world(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Real:
    without_environments(tmp_path, monkeypatch.setattr)
    return Real(tmp_path, keys)


def shown(outcome: Outcome) -> str:
    """As `promote` prints it, in both forms, with what its approvers see."""
    application, console = Application(()), Console(record=True, width=200)
    application.__dict__["out"] = console
    rendering.text(application, outcome)
    view = outcome.plan.view.content.decode() if outcome.plan else ""
    return console.export_text() + json.dumps(rendering.document(outcome)) + view


def test_secrets_are_in_clear_nowhere(world: Real, capfd: pytest.CaptureFixture[str]) -> None:
    outcomes = []
    for variant, ends in (("first", "succeeded"), ("second", "succeeded"), ("ill", "rolled-back")):
        world.variant(variant)
        outcomes.append(world.promote("local", "dev"))
        assert outcomes[-1].case.state == ends, outcomes[-1].detail
    engine = world.engines["dev"]
    clear = engine.stack.outputs().clear
    assert (clear["given"], clear["nested"]) == (GIVEN, {"made": [f"{MADE}second"]}), "so that looking means something"

    ledger = world.place.ledger()
    number = checkpoint.make(ledger, world.place.store, world.keys.private("ci"), world.trust.people.signers())
    file = world.folder / "bundle.jsonl"
    assert bundle.export(world.place.store, number, file) > number
    said = capfd.readouterr()
    looked = {
        **{str(each): each.read_bytes() for each in world.folder.rglob("*") if each.is_file()},
        **{f"bundle: {name}": data for name, data in bundle.load(file).objects.items()},
        "events": repr(engine.seen).encode(),
        "output": (said.out + said.err + "".join(map(shown, outcomes))).encode(),
    }
    assert engine.seen
    assert [name for name, data in looked.items() if GIVEN.encode() in data or MADE.encode() in data] == []
    assert any("variant" in each.plan.view.content.decode() for each in outcomes if each.plan), "the rest is shown"
    whole(world)
