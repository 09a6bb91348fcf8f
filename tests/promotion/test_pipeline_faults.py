"""Killed after each recorded step of a promotion: it is gone on with to a right end, and nothing is done twice."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from infra.errors import DistroError, EnvironmentBusy
from promotion import checkout
from promotion.lease import LeaseLost, Terms
from promotion.ledger import Ledger
from promotion.tenure import newest
from tests.promotion.crowds import beside, crowd
from tests.promotion.keys import Keys
from tests.promotion.test_faults import Interposed, die
from tests.promotion.test_pipeline import kinds, whole
from tests.promotion.worlds import AWAY, Cloud, World, without_environments

pytestmark = [pytest.mark.xdist_group("pipeline"), pytest.mark.timeout(600)]

STEPS: list[tuple[type, str]] = [(Ledger, "_create"), (Cloud, "apply")]
"""Every entry of the ledger, and every deployment; tests/promotion/test_faults.py kills within an entry."""
NAMES = ["queue next", "queue second"]


def killed(folder: Path) -> None:
    """A promotion into dev whose process is killed after the step that a file names."""
    without_environments(folder, lambda place, new: setattr(checkout, place.rpartition(".")[2], new))
    interposed = Interposed(int((folder / "step").read_text()), die, after=True)
    for kind, name in STEPS:
        setattr(kind, name, interposed.around(getattr(kind, name)))
    World(folder, Keys(Path((folder / "keys").read_text()))).promote("local", "dev")


@pytest.mark.parametrize("ill", [False, True], ids=["succeeds", "is taken back"])
def test_killed_after_each_step(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch, ill: bool) -> None:
    without_environments(tmp_path, monkeypatch.setattr)
    (tmp_path / "keys").write_text(str(keys.folder))
    world = World(tmp_path, keys)
    world.release("queue first")
    world.to("dev")
    names = [*NAMES, *(["queue ill-dev"] if ill else [])]
    world.release(*names)

    runs, step = 0, 0
    while True:
        step += 1
        (tmp_path / "step").write_text(str(step))
        (code,) = crowd(killed, tmp_path, 1)
        runs += 1
        outcome = world.promote("local", "dev") if code else None
        if outcome:
            assert code == -signal.SIGKILL
            assert outcome.case.state == ("rolled-back" if ill else "succeeded")
        held = newest(world.place.store, "dev")
        assert held
        assert held.over
        if code == 0:
            break
        # Back to where the next round begins: what succeeded is there already, so something else has to be wanted.
        names = [*names, f"queue round-{runs}"]
        world.release(*names)
    assert runs > (8 if ill else 6), "every step was tried, until none was left"
    expected = ["queue first"] if ill else sorted(names)
    assert world.cloud("dev").has == expected
    ledger = world.place.ledger()
    spent = [entry for entry in ledger.read().promotions.values() if entry.state in {"applying", "verifying"}]
    assert spent == [], "none is left in the middle"
    whole(world)


def promoting(folder: Path) -> None:
    """A promotion into dev, beside others; whoever may not, says so."""
    without_environments(folder, lambda place, new: setattr(checkout, place.rpartition(".")[2], new))
    world = World(folder, Keys(Path((folder / "keys").read_text())))
    try:
        world.promote("local", "dev")
    except DistroError as error:
        (folder / f"away-{os.getpid()}").write_text(error.message)
        world.cloud("dev").note(AWAY)
        raise


def test_of_fifty_at_once_one_applies(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is at work until all others are gone: whatever they were about to do, they find the environment held."""
    without_environments(tmp_path, monkeypatch.setattr)
    (tmp_path / "keys").write_text(str(keys.folder))
    world = World(tmp_path, keys)
    world.release("queue first")
    world.promote("local", "dev", dry_run=True)  # unpacked once
    (tmp_path / "clouds" / "others").write_text("49")
    codes = crowd(promoting, tmp_path, 50)
    said = [file.read_text() for file in tmp_path.glob("away-*")]
    assert Counter(codes) == {0: 1, EnvironmentBusy.exit_code: 49}, said
    assert world.applied("dev") == 1
    ledger = world.place.ledger()
    assert [each.state for each in ledger.read().promotions.values()] == ["succeeded"]
    assert [each.kind for each in ledger.entries].count("promotion-started") == 1
    whole(world)


def stopping(folder: Path) -> None:
    """A promotion into dev under a lease of a few seconds."""
    without_environments(folder, lambda place, new: setattr(checkout, place.rpartition(".")[2], new))
    World.terms = Terms(seconds=4, renew=1, grace=0)
    World(folder, Keys(Path((folder / "keys").read_text()))).promote("local", "dev")


def test_a_lease_that_runs_out_in_the_middle_of_an_apply(
    tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its holder stands still, as a laptop that sleeps; somebody goes on with it, and then it wakes up."""
    without_environments(tmp_path, monkeypatch.setattr)
    (tmp_path / "keys").write_text(str(keys.folder))
    world = World(tmp_path, keys)
    world.release(*NAMES)
    dev = world.cloud("dev")
    (dev.folder / "hangs").touch()
    sleeper = beside(stopping, tmp_path)
    try:
        while dev.has != NAMES[:1]:
            assert sleeper.is_alive()
            time.sleep(0.05)
        assert sleeper.pid
        os.kill(sleeper.pid, signal.SIGSTOP)
        (dev.folder / "hangs").unlink()
        outcome = world.promote("local", "dev", wait=60)
        os.kill(sleeper.pid, signal.SIGCONT)
        sleeper.join(60)
    finally:
        sleeper.kill()
    assert sleeper.exitcode == LeaseLost.exit_code == 1
    assert dev.did.count("dev halt") == 1, "the engine of whoever slept was killed"
    assert outcome.case.state == "succeeded"
    assert dev.has == NAMES
    assert [line for line in dev.did if "made" in line] == [f"dev made {name}" for name in NAMES], "nothing twice"
    assert kinds(world, outcome.case.id) == [
        "promotion-opened", "promotion-planned", "promotion-started", "applying", "applying", "verifying", "succeeded",
    ]  # fmt: skip
    ledger = world.place.ledger()
    ledger.read()
    broken = [each.payload["reason"] for each in ledger.entries if each.kind == "lease-broken"]
    assert broken == ["It was not renewed: its holder is dead."]
    whole(world)
