"""Leases: one holder, whoever dies; waiting, renewing, losing, breaking on the record."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from infra.errors import EnvironmentBusy, OperationFailed, UsageError
from promotion.acquiring import EngineLock, Leases
from promotion.entries import NotAllowed
from promotion.kinds.environments import Frozen
from promotion.lease import LeaseLost, Terms
from promotion.ledger import Ledger
from promotion.store import Store, StoreFailed
from promotion.tenure import Holder, Tenure, newest
from tests.promotion.crowds import crowd
from tests.promotion.ledgers import Place, freeze

SHORT = Terms(seconds=2, renew=0.1, grace=0.3)
LONG = Terms()

HOLD = """
import sys, time
from pathlib import Path
from promotion.acquiring import Leases
from promotion.lease import Terms
from promotion.tenure import Holder
from tests.promotion.ledgers import Place
place = Place(Path(sys.argv[1]))
leases = Leases(place.store, place.ledger(), Terms(seconds=float(sys.argv[2]), renew=0.1, grace=0.3))
with leases.acquire("prod", Holder.here("kim", "promote staging prod")):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def leases(place: Place, terms: Terms = SHORT) -> Leases:
    return Leases(place.store, place.ledger(), terms)


def holder(who: str = "sam") -> Holder:
    return Holder.here(who, "promote staging prod")


@contextmanager
def holding(place: Place, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds prod."""
    command = [sys.executable, "-c", HOLD, str(place.folder), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def kinds(place: Place) -> list[tuple[str, int | None]]:
    ledger = place.ledger()
    ledger.read()
    return [(entry.kind, entry.token) for entry in ledger.entries]


def test_a_second_holder_is_refused_at_once_and_told_who(place: Place) -> None:
    with leases(place).acquire("prod", holder("kim")) as held:
        with pytest.raises(EnvironmentBusy, match="held by `distro promote staging prod` of kim") as refused:
            leases(place).acquire("prod", holder())
        assert refused.value.exit_code == 5
        with leases(place).acquire("dev", holder()) as other:
            assert (held.token, other.token) == (1, 1)
    with leases(place).acquire("prod", holder()) as next_one:
        assert next_one.token == 2


def test_it_is_renewed_while_it_is_held(place: Place) -> None:
    with leases(place).acquire("prod", holder()) as held:
        time.sleep(SHORT.seconds + 0.5)
        held.check()
        found = newest(place.store, "prod")
        assert found
        assert found.renewal > 5
        held.release()
    assert newest(place.store, "prod") != found
    with pytest.raises(UsageError, match="Nobody holds"):
        leases(place).break_dead("prod", reason="why not", who="sam")


def acquire(folder: Path) -> None:
    place = Place(folder)
    try:
        with leases(place, LONG).acquire("prod", holder(str(os.getpid()))):
            (folder / f"held.{os.getpid()}").touch()
            while len(list(folder.glob("busy.*"))) < 49:
                time.sleep(0.05)
    except EnvironmentBusy:
        (folder / f"busy.{os.getpid()}").touch()
        raise


def test_fifty_processes_take_it_at_once_and_one_holds(place: Place) -> None:
    freeze(place.ledger())
    codes = crowd(acquire, place.folder, 50)
    assert sorted(codes, key=str) == [0, *[5] * 49]
    assert len(list(place.folder.glob("held.*"))) == 1


def test_a_killed_holder_is_followed_at_once_on_the_record(place: Place) -> None:
    with holding(place, 3.0) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        with leases(place).acquire("prod", holder()) as held:  # a dead process of this machine is known to be dead
            assert held.token == 2
            held.check()
            leases(place).ledger.append(Frozen(reason="mine"), environment="prod", actor="sam", fence=held)
    assert kinds(place) == [("lease-broken", None), ("frozen", 2)]


def test_a_holder_that_was_stopped_too_long_loses_it_and_kills_its_engine(place: Place) -> None:
    killed: list[int] = []
    slow = Terms(seconds=0.3, renew=30)
    old = leases(place, slow).acquire("prod", holder("kim"), on_lost=lambda: killed.append(1)).__enter__()
    with leases(place).acquire("prod", holder(), wait=10) as new:
        assert new.token == 2
        ledger = place.ledger()
        with pytest.raises(LeaseLost, match="token 1"):
            ledger.append(Frozen(reason="late"), environment="dev", actor="kim", fence=old)
        with pytest.raises(NotAllowed, match="taken over"):
            ledger.append(Frozen(reason="late"), environment="prod", actor="kim", fence=old)
    with pytest.raises(LeaseLost):
        old.release()
    assert killed == [1]


def test_a_broken_lease_is_noticed_by_the_next_renewal(place: Place) -> None:
    lost, slow = Event(), Terms(seconds=20, renew=0.5)
    old = leases(place, slow).acquire("prod", holder("kim"), on_lost=lost.set).__enter__()
    found = newest(place.store, "prod")
    assert found
    broken = found.followed("broken", found.at, "by hand")
    place.store.create(broken.path, broken.canonical())
    assert lost.wait(10)
    with pytest.raises(LeaseLost):
        old.check()


def test_breaking_a_hold_ends_the_engine_that_it_left_on_the_record(place: Place) -> None:
    engine = [True]
    lock = EngineLock(held=lambda: bool(engine), free=engine.clear)
    with leases(place).acquire("prod", holder()) as held:
        held.keep("its rollback failed")
    taking = leases(place)
    assert taking.break_dead("prod", reason="looked at", who="sam", engine=lock).token == 1
    assert engine == []
    assert taking.ledger.read().operations == {}
    assert [each.kind for each in taking.ledger.entries] == ["lease-broken", "operation-started", "operation-ended"]
    assert [each.token for each in taking.ledger.entries] == [None, 2, 2]
    last = newest(place.store, "prod")
    assert last
    assert last.over
    assert place.verify().problems == ()


def test_breaking_a_hold_leaves_the_engine_of_whoever_came_next(place: Place) -> None:
    """It is asked for just when somebody else has the lease: that engine is not the dead holder's."""
    with leases(place).acquire("prod", holder()) as held:
        held.keep("its rollback failed")
    others = ExitStack()
    freed: list[str] = []

    def taken() -> bool:
        others.enter_context(leases(place).acquire("prod", holder("kim")))
        return True

    with others:
        lock = EngineLock(held=taken, free=lambda: freed.append("freed"))
        leases(place).break_dead("prod", reason="looked at", who="sam", engine=lock)
        assert freed == []


def test_a_dead_holders_engine_is_waited_for_and_its_lock_freed(place: Place) -> None:
    engine = [True]
    lock = EngineLock(held=lambda: engine[0], free=engine.clear)
    old = leases(place, Terms(seconds=0.2, renew=30, grace=3)).acquire("prod", holder("kim"))
    time.sleep(0.3)
    taking = leases(place, Terms(seconds=0.2, renew=30, grace=3))
    with pytest.raises(EnvironmentBusy):
        taking.acquire("prod", holder(), engine=lock)
    with pytest.raises(EnvironmentBusy):
        taking.break_dead("prod", reason="impatient", who="sam", engine=lock)
    assert taking.acquire("prod", holder(), wait=10, engine=lock).token == old.token + 1
    assert engine == []


def test_a_living_holder_is_not_broken(place: Place) -> None:
    with leases(place).acquire("prod", holder("kim")), pytest.raises(EnvironmentBusy, match="of kim"):
        leases(place).break_dead("prod", reason="impatient", who="sam")


def test_one_that_is_kept_waits_for_a_person(place: Place) -> None:
    with leases(place).acquire("prod", holder("kim")) as held:
        held.keep("the rollback failed")
    time.sleep(SHORT.seconds + 0.1)
    with pytest.raises(EnvironmentBusy, match="the rollback failed") as refused:
        leases(place).acquire("prod", holder(), wait=0.3)
    assert refused.value.hint
    assert "lock break prod" in refused.value.hint
    assert leases(place).break_dead("prod", reason="looked at", who="sam").state == "kept"
    assert kinds(place) == [("lease-broken", None)]
    with leases(place).acquire("prod", holder()) as new:
        assert new.token == 2


def test_a_break_that_was_recorded_and_not_done_is_completed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    leases(place, Terms(seconds=0.1, renew=30)).acquire("prod", holder("kim"))
    time.sleep(0.2)
    create = Store.create

    def dies(store: Store, path: str, data: bytes) -> None:
        if path.startswith("lease"):
            raise KeyboardInterrupt
        create(store, path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "create", dies)
        with pytest.raises(KeyboardInterrupt):
            leases(place).acquire("prod", holder())
    with leases(place).acquire("prod", holder()) as held:
        assert held.token == 2
    assert kinds(place) == [("lease-broken", None)]


def test_a_store_that_fails_for_a_while_costs_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Event()
    with leases(place, Terms(seconds=10, renew=0.1)).acquire("prod", holder(), on_lost=lost.set) as held:
        with monkeypatch.context() as patch:
            patch.setattr(Store, "create", _fails)
            time.sleep(0.5)
        time.sleep(0.5)
        held.check()
    assert not lost.is_set()


def test_a_store_that_fails_for_long_loses_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Event()
    held = leases(place).acquire("prod", holder(), on_lost=lost.set).__enter__()
    monkeypatch.setattr(Store, "create", _fails)
    assert lost.wait(20)
    with pytest.raises(LeaseLost):
        held.release()


def test_a_renewal_whose_answer_was_lost_is_our_own(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    create, lost = Store.create, Event()

    def deaf(store: Store, path: str, data: bytes) -> None:
        create(store, path, data)
        if path.endswith("3.json"):
            raise StoreFailed("no answer")

    monkeypatch.setattr(Store, "create", deaf)
    with leases(place).acquire("prod", holder(), on_lost=lost.set) as held:
        time.sleep(1)
        held.check()
    assert not lost.is_set()


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_clock_that_jumps_gives_it_to_nobody_twice(
    place: Place, monkeypatch: pytest.MonkeyPatch, hours: float
) -> None:
    """Set forward, the lease may be taken for run out: then the old holder finds out at its next renewal."""
    lost, now = Event(), Store.now
    with leases(place).acquire("prod", holder("kim"), on_lost=lost.set) as old:
        with monkeypatch.context() as patch:
            patch.setattr(Store, "now", lambda store: now(store) + timedelta(hours=hours))
            with pytest.raises(OperationFailed if hours > 0 else EnvironmentBusy):
                leases(place).acquire("prod", holder())
        old.check()
    assert not lost.is_set()


def _fails(*_: object) -> None:
    raise StoreFailed("the store is away")


def test_many_renewals_are_found_in_few_reads(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Tenure(
        environment="prod", token=1, renewal=1, state="held", holder=holder(), at=datetime.now(UTC), seconds=60
    )
    for _ in range(300):
        place.store.create(found.path, found.canonical())
        found = found.followed("held", found.at, None)
    reads, read = [], Store.read

    def counted(store: Store, path: str, **limit: int) -> bytes:
        reads.append(path)
        return read(store, path, **limit)

    monkeypatch.setattr(Store, "read", counted)
    last = newest(place.store, "prod")
    assert last
    assert last.renewal == 300
    assert len(reads) < 25


@pytest.mark.xdist_group("s3")
def test_leases_on_s3(s3: str, tmp_path: Path) -> None:
    place, store = Place(tmp_path), Store.open(s3)
    ledger = Ledger(store, place.anchor, place.memory)
    with Leases(store, ledger, LONG).acquire("prod", holder("kim")) as held:
        with pytest.raises(EnvironmentBusy, match="of kim"):
            Leases(store, ledger, LONG).acquire("prod", holder())
        held.check()
    assert Leases(store, ledger, LONG).acquire("prod", holder()).token == 2
