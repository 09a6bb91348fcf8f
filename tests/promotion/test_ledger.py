"""Appending: many at once, by rules, in time; and what a client refuses to go on from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.errors import DistroError, OperationFailed
from promotion import kinds
from promotion.anchor import Anchor, FileAnchor, Mark, ParameterAnchor, anchor_of, merged, open_anchor
from promotion.entries import Entry, NotAllowed, Position
from promotion.kinds.environments import Frozen, OperationEnded, OperationStarted, Unfrozen
from promotion.kinds.lifecycle import ApprovalGiven, PromotionStarted
from promotion.ledger import Ledger, LedgerBroken
from promotion.memory import Memory
from promotion.schema import digest_of
from promotion.store import Store
from tests.local.emulators.alone import Emulators
from tests.promotion.crowds import crowd
from tests.promotion.ledgers import RELEASE, Place, Token, freeze, promote


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_promotion_is_what_its_entries_say(place: Place) -> None:
    promote(place, place.ledger(), "prm-1")
    found = place.ledger().read()
    assert found.promotions["prm-1"].state == "succeeded"
    assert {(each.role, each.identity) for each in found.promotions["prm-1"].used} == {
        ("product-manager", "dana"),
        ("engineering-lead", "lee"),
    }
    assert found.deployed == {"prod": RELEASE}
    assert not found.running
    assert not found.open_in("prod")


def test_the_chain_holds_number_time_and_the_digest_of_the_entry_before(place: Place) -> None:
    written = place.ledger()
    entries = [freeze(written, str(number)) for number in range(3)]
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous for entry in entries[1:]] == [entry.digest() for entry in entries[:-1]]
    assert sorted(entry.at for entry in entries) == [entry.at for entry in entries]
    assert [Entry.parse(place.file(number).read_bytes()) for number in (1, 2, 3)] == entries


def append(folder: Path) -> None:
    freeze(Place(folder).ledger(), "the same reason")


def test_fifty_processes_append_at_once(place: Place) -> None:
    freeze(place.ledger())
    assert crowd(append, place.folder, 50) == [0] * 50
    verdict = place.verify()
    assert (verdict.entries, verdict.problems) == (51, ())
    assert place.anchor.read() == Mark(head=verdict.head)


def test_two_clients_on_one_store_see_each_other(place: Place) -> None:
    one, other = place.ledger(), place.ledger()
    freeze(one)
    other.append(Unfrozen(), environment="prod", actor="kim")
    assert not one.read().frozen
    with pytest.raises(NotAllowed, match="not frozen"):
        one.append(Unfrozen(), environment="prod", actor="sam")
    assert one.head.number == 2


def test_an_approval_is_used_once(place: Place) -> None:
    written = place.ledger()
    promote(place, written, "prm-1")
    used = written.read().promotions["prm-1"].used[0]
    plan = written.read().promotions["prm-1"].plan
    assert plan
    more = place.put("approvals/again", b"again")
    again = ApprovalGiven(promotion="prm-1", role="on-call", identity="kim", plan=plan, approval=more)
    with pytest.raises(NotAllowed, match="succeeded"):
        written.append(again, environment="prod", actor="kim")
    once_more = PromotionStarted(promotion="prm-1", plan=plan, state=plan, decision=more, approvals=(used.digest,))
    with pytest.raises(NotAllowed, match="succeeded"):
        written.append(once_more, environment="prod", actor="sam", fence=Token())


def test_a_fenced_holder_writes_nothing_more(place: Place) -> None:
    old, new = place.ledger(), place.ledger()
    started = OperationStarted(operation="op-1", command="flags set", state=None)
    old.append(started, environment="prod", actor="sam", fence=Token(1))
    new.append(Frozen(reason="mine now"), environment="prod", actor="kim", fence=Token(2))
    ended = OperationEnded(operation="op-1", result="done", state=None)
    with pytest.raises(NotAllowed, match="taken over from holder 1"):
        old.append(ended, environment="prod", actor="sam", fence=Token(1))
    other = OperationStarted(operation="op-2", command="flags set", state=None)
    old.append(other, environment="dev", actor="sam", fence=Token(1))


@dataclass
class Skewed:
    """The store's clock, off by some seconds."""

    seconds: float = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)


def test_clocks_set_back_and_forward(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Skewed(100)
    monkeypatch.setattr(Store, "now", lambda _: clock.now())
    written = place.ledger()
    ahead = freeze(written)
    clock.seconds = 0
    assert freeze(written).at == ahead.at, "never before the last entry"
    for seconds in (-200, 200):
        clock.seconds = seconds
        with pytest.raises(OperationFailed, match="This machine's clock"):
            freeze(written)
    clock.seconds = -100
    with pytest.raises(OperationFailed, match="after the present"):
        freeze(written)
    assert place.verify().problems == ()


def cut(place: Place, anchor: Mark, seen: Position) -> None:
    del anchor, seen
    place.file(3).unlink()


def edit(place: Place, anchor: Mark, seen: Position) -> None:
    del anchor, seen
    place.file(2).write_bytes(place.file(2).read_bytes().replace(b"prod", b"dev"))


def forge(place: Place, anchor: Mark, seen: Position) -> None:
    """Somebody who can write to the store, and not to the anchor."""
    del seen
    shutil.copy(place.folder / "anchor", place.folder / "other")
    forged = Ledger(place.store, FileAnchor(place.folder / "other"), Memory(place.folder / "another"))
    freeze(forged, "forged")
    assert anchor == place.anchor.read()


def rebuild(place: Place, anchor: Mark, seen: Position) -> None:
    del anchor, seen
    for number in (1, 2, 3):
        place.file(number).unlink()
    forged = Ledger(place.store, FileAnchor(place.folder / "other"), Memory(place.folder / "another"))
    for number in (1, 2, 3):
        freeze(forged, f"forged {number}")


def rebuild_with_anchor(place: Place, anchor: Mark, seen: Position) -> None:
    """Somebody who can write to both: this client has seen another head."""
    rebuild(place, anchor, seen)
    (place.folder / "anchor").write_bytes((place.folder / "other").read_bytes())


def older(place: Place, anchor: Mark, seen: Position) -> None:
    """Store and anchor as they once were."""
    del anchor, seen
    place.file(3).unlink()
    second = Entry.parse(place.file(2).read_bytes()).position
    (place.folder / "anchor").write_bytes(Mark(head=second).canonical())


@pytest.mark.parametrize(
    ("attack", "entry"),
    [(cut, 3), (edit, 2), (forge, 4), (rebuild, 3), (rebuild_with_anchor, 3), (older, 3)],
)
def test_nothing_goes_on_from_a_ledger_that_was_changed(
    place: Place, attack: Callable[[Place, Mark, Position], None], entry: int
) -> None:
    written = place.ledger()
    for number in range(3):
        freeze(written, str(number))
    attack(place, place.anchor.read(), place.memory.head)
    with pytest.raises(LedgerBroken) as refused:
        freeze(place.ledger())
    # An edited entry that is still one shows by the next: its place is known to one.
    assert refused.value.entry in {entry, entry + 1} if attack is edit else refused.value.entry == entry
    assert refused.value.exit_code == 1


def test_an_entry_of_a_later_version_stops_this_one(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(place.ledger())
    monkeypatch.setattr(kinds, "KINDS", {})
    with pytest.raises(LedgerBroken, match="no kind of entry"):
        place.ledger().read()


def test_marks_count_together_in_any_order() -> None:
    one, two, three = (Position(number=number, entry=digest_of(b"%d" % number)) for number in (1, 2, 3))
    marks = [Mark(head=two), Mark(head=one, intents=(two,)), Mark(head=two, intents=(three,)), Mark(head=one)]
    assert merged(marks) == merged(marks[::-1]) == Mark(head=two, intents=(three,))
    assert merged([]) == Mark()


@pytest.mark.xdist_group("s3")
def test_a_ledger_on_s3_with_its_anchor_in_parameters(
    s3: str, moto: Emulators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", moto.plan.url("moto"))
    anchor = open_anchor(f"{anchor_of(s3)}?region=us-east-1")
    assert isinstance(anchor, ParameterAnchor)
    one = Ledger(Store.open(s3), anchor, Memory(tmp_path / "one"))
    for number in range(3):
        freeze(one, str(number))
    other = Ledger(Store.open(s3), open_anchor(anchor_of(s3)), Memory(tmp_path / "other"))
    assert other.read().frozen == {"prod": "2"}
    assert anchor.read() == Mark(head=one.head)
    _cut_short(moto, s3)
    with pytest.raises(LedgerBroken, match="missing"):
        Ledger(Store.open(s3), anchor, Memory(tmp_path / "new")).read()


def _cut_short(moto: Emulators, url: str) -> None:
    client = moto.client("s3", "moto")
    client.delete_object(Bucket="store", Key=f"{url.removeprefix('s3://store/')}/ledger/000000000003.json")


@pytest.mark.parametrize("url", ["ssm://region/name", "file://", "https://example.org/a", "anchor"])
def test_what_is_no_anchor(url: str) -> None:
    with pytest.raises(DistroError, match="no anchor"):
        open_anchor(url)


def test_an_anchor_that_was_changed_by_hand_is_refused(place: Place) -> None:
    written: Anchor = place.anchor
    freeze(place.ledger())
    changed = json.loads((place.folder / "anchor").read_text())
    (place.folder / "anchor").write_text(json.dumps(changed))
    with pytest.raises(DistroError, match="canonical"):
        written.read()
