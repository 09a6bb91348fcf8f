"""Killed at every step of an append, a ledger verifies, and the next append goes on from it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from infra.errors import DistroError
from promotion.acquiring import Leases
from promotion.anchor import AnchorFailed, FileAnchor
from promotion.entries import NotAllowed
from promotion.kinds.environments import Frozen, OperationEnded, OperationStarted, Unfrozen
from promotion.ledger import Ledger
from promotion.memory import Memory
from promotion.store import Store, StoreFailed
from promotion.tenure import Holder, Tenure, newest
from tests.promotion.crowds import crowd
from tests.promotion.ledgers import Place, Token, freeze

STEPS: list[tuple[type, str]] = [
    (FileAnchor, "write"), (Store, "now"), (Store, "create"), (Memory, "remember"), (Store, "read"),
]  # fmt: skip


class Interposed:
    """Calls `act` before or after the n-th of all calls that leave the process."""

    def __init__(self, number: int, act: Callable[[], None], *, after: bool) -> None:
        self._number, self._act, self._after = number, act, after
        self.calls = 0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            mine = self.calls == self._number
            if mine and not self._after:
                self._act()
            try:
                return call(*arguments, **named)
            finally:
                if mine and self._after:
                    self._act()

        return counted

    def install(self) -> None:
        for kind, name in STEPS:
            setattr(kind, name, self.around(getattr(kind, name)))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(folder: Path) -> None:
    """An append under a lease that a dead holder had; this process is killed at the step that a file names."""
    number, after = (folder / "step").read_text().split()
    Interposed(int(number), die, after=after == "after").install()
    place = Place(folder)
    leases = Leases(place.store, place.ledger())
    with leases.acquire("prod", Holder.here("sam", "flags set")) as held:
        started = OperationStarted(operation="op-1", command="flags set", state=None)
        leases.ledger.append(started, environment="prod", actor="sam", fence=held)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_step(tmp_path: Path, when: str) -> None:
    for step in range(1, 100):
        place = Place(tmp_path / str(step))
        freeze(place.ledger())
        _held_by_the_dead(place)
        (place.folder / "step").write_text(f"{step} {when}")
        (code,) = crowd(killed, place.folder, 1)
        _is_whole(place)
        if code == 0:
            break
        assert code == -signal.SIGKILL
    assert step > 25, "every step was tried, until none was left"


def _held_by_the_dead(place: Place) -> None:
    before = datetime.now(UTC) - timedelta(hours=1)
    dead = Tenure(
        environment="prod", token=1, renewal=1, state="held", holder=Holder.here("kim", "up"), at=before, seconds=60
    )
    place.store.create(dead.path, dead.canonical())


def _is_whole(place: Place) -> None:
    """The ledger verifies, the next append goes on from it, and no lease was ended without record."""
    assert place.verify().problems == ()
    ledger = place.ledger()
    freeze(ledger, "afterwards")
    assert place.verify().problems == ()
    kinds = [entry.kind for entry in ledger.entries]
    last = newest(place.store, "prod")
    assert last
    assert kinds.count("lease-broken") == 1 if last.token > 1 or last.over else kinds.count("lease-broken") <= 1
    assert kinds.count("operation-started") <= 1


@pytest.mark.parametrize("error", [StoreFailed("away"), AnchorFailed("away")])
@pytest.mark.parametrize("after", [False, True])
def test_store_and_anchor_that_fail_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: DistroError, after: bool
) -> None:
    """The answer may be lost as well as the request; the entry is there once or not at all."""

    def fail() -> None:
        raise error

    place = Place(tmp_path)
    for step in range(1, 12):
        ledger = place.ledger()
        ledger.read()
        faults = Interposed(step, fail, after=after)
        with monkeypatch.context() as patch:
            for kind, name in STEPS:
                patch.setattr(kind, name, faults.around(getattr(kind, name)))
            with suppress(StoreFailed, AnchorFailed):
                freeze(ledger, f"step {step}")
        again = place.ledger()
        again.read()
        assert sum(entry.payload["reason"] == f"step {step}" for entry in again.entries) in {0, 1}
        assert place.verify().problems == ()
        freeze(again, f"after {step}")
    assert place.verify().problems == ()


class Ledgers(RuleBasedStateMachine):
    """Two clients on one store, against a model of what must follow."""

    folders: Iterator[Path]

    @initialize()
    def start(self) -> None:
        self.place = Place(next(self.folders))
        other = Memory(self.place.folder / "other")
        self.clients = [self.place.ledger(), Ledger(self.place.store, self.place.anchor, other)]
        self.frozen: dict[str, str] = {}
        self.under_way: set[str] = set()
        self.token = 1
        self.count = 0

    @rule(client=st.integers(0, 1), environment=st.sampled_from(["dev", "prod"]), reason=st.sampled_from(["a", "b"]))
    def freeze(self, client: int, environment: Any, reason: str) -> None:
        self.clients[client].append(Frozen(reason=reason), environment=environment, actor="sam")
        self.frozen[environment] = reason
        self.count += 1

    @rule(client=st.integers(0, 1), environment=st.sampled_from(["dev", "prod"]))
    def unfreeze(self, client: int, environment: Any) -> None:
        if environment in self.frozen:
            self.clients[client].append(Unfrozen(), environment=environment, actor="sam")
            del self.frozen[environment]
            self.count += 1
        else:
            with pytest.raises(NotAllowed):
                self.clients[client].append(Unfrozen(), environment=environment, actor="sam")

    @rule(client=st.integers(0, 1), name=st.sampled_from(["op-1", "op-2"]), late=st.booleans())
    def operate(self, client: int, name: str, late: bool) -> None:
        started, ended = name not in self.under_way, OperationEnded(operation=name, result="done", state=None)
        payload = OperationStarted(operation=name, command="flags", state=None) if started else ended
        if late and self.token > 1:
            with pytest.raises(NotAllowed):
                self.clients[client].append(payload, environment="prod", actor="sam", fence=Token(self.token - 1))
            return
        self.clients[client].append(payload, environment="prod", actor="sam", fence=Token(self.token))
        self.under_way ^= {name}
        self.count += 1

    @rule(client=st.integers(0, 1))
    def take_over(self, client: int) -> None:
        self.token += 1
        self.clients[client].append(Frozen(reason="t"), environment="prod", actor="kim", fence=Token(self.token))
        self.frozen["prod"] = "t"
        self.count += 1

    @precondition(lambda self: self.count > 1)
    @rule(data=st.data())
    def tamper(self, data: st.DataObject) -> None:
        """Every change is found, by the audit and (removed or changed) by the next client; then it is taken back."""
        file = self.place.file(data.draw(st.integers(1, self.count)))
        whole = file.read_bytes()
        where = data.draw(st.integers(0, len(whole) - 1))
        for changed in (b"", whole[:where] + bytes([whole[where] ^ 1]) + whole[where + 1 :]):
            if changed:
                file.write_bytes(changed)
            else:
                file.unlink()
            assert self.place.verify().problems[0].entry == int(file.stem)
            with pytest.raises(DistroError):
                self.place.ledger().read()
        file.write_bytes(whole)

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "place"):
            return
        verdict = self.place.verify()
        assert (verdict.entries, verdict.problems) == (self.count, ())
        assert verdict.projection.frozen == self.frozen
        assert set(verdict.projection.operations) == self.under_way


def test_any_sequence_of_appends_and_changes(tmp_path_factory: pytest.TempPathFactory) -> None:
    Ledgers.folders = iter(lambda: tmp_path_factory.mktemp("ledger"), None)
    steps = settings(max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Ledgers, settings=steps)
