"""Each version of the root of trust comes on the record once, whoever is interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest

from promotion import amendment
from promotion.amendment import Draft
from promotion.anchor import FileAnchor
from promotion.entries import Entry
from promotion.ledger import Ledger
from promotion.memory import Memory
from promotion.pin import Pin
from promotion.store import Store
from tests.promotion.organisation import Organisation


@pytest.mark.xdist_group("s3")
def test_versions_come_on_the_record_in_order_and_once(
    organisation: Organisation, store: Store, tmp_path: Path
) -> None:
    pin = Pin(tmp_path / "trust.json")
    keys = [organisation.keys.private(f"root-{name}") for name in ("ann", "bob")]

    def ledger() -> Ledger:
        return Ledger(store, FileAnchor(tmp_path / "anchor"), Memory(tmp_path / "memory"))

    first = amendment.found(store, pin, lambda _: organisation.trust)
    assert isinstance(first, Draft)
    assert amendment.sign(store, pin, first, keys).result == "created"
    second = amendment.sign(store, pin, amendment.change(store, pin, lambda trust, _: trust), keys)
    assert second.chain
    for _ in range(2):
        amendment.record(ledger(), second.chain, "ann")
    entries = [(entry.kind, entry.payload["version"]) for entry in _entries(ledger())]
    assert entries == [("trust-changed", 1), ("trust-changed", 2)]
    third = amendment.change(store, pin, lambda trust, _: trust)
    assert third.stated.version == 3
    assert third.differences == []


def _entries(ledger: Ledger) -> list[Entry]:
    ledger.read()
    return ledger.entries
