"""Plans on record: kept by digest, read back whole, every change of a part noticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import plan as plans
from engine.canonical import canonical, key_of
from engine.plan import Plan, Step
from engine.preserving import Preserving
from infra.errors import OperationFailed
from promotion import planned, reversal
from promotion.planned import PREFIX, Planned
from promotion.schema import digest_of
from promotion.store import Missing, Store
from promotion.view import Subject, view

EMPTY = canonical(json.dumps({"deployment": {}}), key_of("passphrase"))
BUCKET = "urn:pulumi:prod::distro::aws:s3/bucket:Bucket::content"
ENTRIES = {
    BUCKET: {"steps": ["create"], "goal": {"inputDiff": {"adds": {"policy": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}}}}
}
SUBJECT = Subject("prm-1", "rel-1", "staging", "prod", "sam", None, (), EMPTY.digest, None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"file://{tmp_path}/store")


@pytest.fixture
def made() -> Planned:
    plan = plans.read(json.dumps({"resourcePlans": ENTRIES}).encode(), EMPTY)
    return Planned(plan, EMPTY, view(SUBJECT, plan), ("urn:kept",))


def store_file(store: Store, digest: str) -> Path:
    return Path(store.url.removeprefix("file://")) / PREFIX / digest.removeprefix("sha256:")


def test_what_is_kept_is_read_back(store: Store, made: Planned) -> None:
    record = planned.keep(store, made)
    assert planned.keep(store, made) == record
    assert planned.load(store, record.digest(), SUBJECT) == made
    assert {record.plan, record.state, record.view} == {made.plan.digest, EMPTY.digest, made.view.digest}
    file = store_file(store, record.plan)
    assert (file.stat().st_mode & 0o777, file.parent.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    found = made.facts()
    assert (found.digest, found.view, found.starts_from) == (made.plan.digest, made.view.digest, EMPTY.digest)
    assert found.unknown == ("aws:s3/bucket:Bucket content policy",)
    assert found.stateful == ()


@pytest.mark.parametrize("part", ["plan", "state", "view", "record"])
@pytest.mark.parametrize("spoil", [lambda data: data + b" ", lambda _: b"{}"])
def test_a_changed_part_is_noticed(store: Store, made: Planned, part: str, spoil: Callable[[bytes], bytes]) -> None:
    record = planned.keep(store, made)
    digest = record.digest() if part == "record" else getattr(record, part)
    file = store_file(store, digest)
    file.write_bytes(spoil(file.read_bytes()))
    if part == "view":  # rebuilt, not read
        assert planned.load(store, record.digest(), SUBJECT) == made
        return
    with pytest.raises(OperationFailed, match="was changed"):
        planned.load(store, record.digest(), SUBJECT)


def test_a_view_of_something_else_is_noticed(store: Store, made: Planned) -> None:
    other = Planned(made.plan, made.start, view(Subject(**{**vars(SUBJECT), "target": "dev"}), made.plan))
    record = planned.keep(store, other)
    with pytest.raises(OperationFailed, match="is not that of the stored plan"):
        planned.load(store, record.digest(), SUBJECT)
    with pytest.raises(Missing):
        planned.load(store, digest_of(b"nothing"), SUBJECT)


def test_a_rollback_stays_within_what_was_signed(made: Planned) -> None:
    signed = reversal.kept(made.plan)
    assert signed == ("aws:s3/bucket:Bucket content",)
    keeping = Plan(b"", (Step(BUCKET, "keep", ""),))
    assert reversal.beyond(Preserving(keeping, (BUCKET,), ()), signed) == ()
    assert reversal.beyond(Preserving(keeping, (BUCKET,), ()), ()) == signed
