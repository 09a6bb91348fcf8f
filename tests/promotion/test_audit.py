"""`audit verify` finds whatever was done to the ledger, what it binds, and bundles; and names the first bad entry."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
import rfc8785

from infra.errors import DistroError
from promotion import bundle, checkpoint
from promotion.anchor import FileAnchor
from promotion.audit import Verdict, verify
from promotion.bundle import Bundle
from promotion.chain import Claim, Problem
from promotion.entries import Entry
from promotion.ledger import Ledger
from promotion.memory import Memory
from promotion.schema import digest_of
from promotion.signing import NotAuthorised
from promotion.ssh import Namespace, Signer
from tests.promotion.keys import Keys
from tests.promotion.ledgers import RELEASE, Place, freeze, promote

MUTATIONS = 10_000
Of = TypeVar("Of")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One promotion, seven entries; nobody changes it."""
    place = Place(tmp_path_factory.mktemp("written"))
    promote(place, place.ledger(), "prm-1")
    return place


@pytest.fixture
def place(written: Place, tmp_path: Path) -> Place:
    """A copy to be changed."""
    shutil.copytree(written.folder, tmp_path / "copy")
    return Place(tmp_path / "copy")


@pytest.fixture(scope="module")
def signers(keys: Keys) -> list[Signer]:
    return [keys.signer("auditor", Namespace.CHECKPOINT), keys.signer("approver", Namespace.APPROVAL)]


@pytest.fixture(scope="module")
def exported(written: Place, keys: Keys, signers: list[Signer], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a bundle of it."""
    folder = tmp_path_factory.mktemp("bundle")
    shutil.copytree(written.folder, folder / "copy")
    signed = Place(folder / "copy")
    file = folder / "audit.jsonl"
    bundle.export(signed.store, sign(signed, keys, signers), file)
    assert file.stat().st_mode & 0o077 == 0
    return file.read_bytes()


def sign(place: Place, keys: Keys, signers: list[Signer]) -> int:
    return checkpoint.make(place.ledger(), place.store, keys.private("auditor"), signers)


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that were parsed once are not parsed again: of a mutated ledger most entries are as they were."""
    monkeypatch.setattr("promotion.chain.Entry", SimpleNamespace(parse=cache(Entry.parse)))


def rewrite(place: Place, number: int, **fields: Any) -> None:
    """Edit an entry so that it is still one."""
    document: dict[str, Any] = json.loads(place.file(number).read_bytes())
    place.file(number).write_bytes(rfc8785.dumps({**document, **fields}))


def rechain(place: Place, start: int) -> None:
    """Chain all entries from `start` on anew, as somebody without keys and anchor can."""
    for number in range(start, len(place.store.names("ledger")) + 1):
        before = digest_of(place.file(number - 1).read_bytes())
        rewrite(place, number, previous=before)


def edited(place: Place) -> None:
    rewrite(place, 3, actor="mallory")


def chain_edited(place: Place) -> None:
    rewrite(place, 3, previous=digest_of(b"something"))


def removed(place: Place) -> None:
    place.file(3).unlink()


def swapped(place: Place) -> None:
    one, other = place.file(3).read_bytes(), place.file(5).read_bytes()
    place.file(3).write_bytes(other)
    place.file(5).write_bytes(one)


def duplicated(place: Place) -> None:
    shutil.copy(place.file(7), place.file(8))


def inserted(place: Place) -> None:
    rewrite(place, 3, actor="mallory")
    rechain(place, 4)


def far_away(place: Place) -> None:
    shutil.copy(place.file(7), place.file(900_000_000_007))


def tail_cut(place: Place) -> None:
    place.file(6).unlink()
    place.file(7).unlink()


def rebuilt(place: Place) -> None:
    """All of it made anew, without the approvals."""
    folder = place.folder / "store"
    shutil.rmtree(folder)
    forged = Place(place.folder / "forged")
    promote(forged, forged.ledger(), "prm-1")
    shutil.copytree(forged.folder / "store", folder)


def unknown_kind(place: Place) -> None:
    rewrite(place, 7, kind="blessed")
    (place.folder / "anchor").unlink()
    (place.folder / "memory").unlink()


def unknown_schema(place: Place) -> None:
    rewrite(place, 7, schema_version=2)


def unknown_payload(place: Place) -> None:
    payload = json.loads(place.file(7).read_bytes())["payload"]
    rewrite(place, 7, payload={**payload, "schema_version": 2})
    (place.folder / "anchor").unlink()
    (place.folder / "memory").unlink()


def not_canonical(place: Place) -> None:
    place.file(3).write_bytes(place.file(3).read_bytes() + b"\n")


def object_changed(place: Place) -> None:
    (place.folder / "store/approvals/prm-1/dana").write_text("dana approves all")


def object_removed(place: Place) -> None:
    (place.folder / "store/plans/prm-1.plan").unlink()


def something_else(place: Place) -> None:
    (place.folder / "store/ledger/notes.txt").write_text("hello")


@pytest.mark.parametrize(
    ("attack", "entry", "words"),
    [
        (edited, 3, "changed"),
        (chain_edited, 3, "changed"),
        (removed, 3, "missing"),
        (swapped, 3, "entry 5, put in this place"),
        (duplicated, 8, "entry 7, put in this place"),
        (inserted, 7, "the anchor has another one here"),
        (far_away, 8, "missing, as are those up to 900000000006"),
        (tail_cut, 6, "missing"),
        (rebuilt, 7, "made anew"),
        (unknown_kind, 7, "no kind of entry"),
        (unknown_schema, 7, "schema_version"),
        (unknown_payload, 7, "schema_version"),
        (not_canonical, 3, "canonical"),
        (object_changed, 3, "approvals/prm-1/dana is not what was recorded"),
        (object_removed, 2, "plans/prm-1.plan is missing"),
        (something_else, 0, "somebody put it there"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_the_first_bad_entry_is_named(place: Place, attack: Callable[[Place], None], entry: int, words: str) -> None:
    assert place.verify().problems == ()
    attack(place)
    problems = place.verify().problems
    assert problems
    assert problems[0].entry == entry
    assert words in " ".join(each.problem for each in problems if each.entry == entry)


def test_an_older_head_is_refused_by_whoever_has_seen_a_newer_one(place: Place, written: Place) -> None:
    tail_cut(place)
    head = Entry.parse(place.file(5).read_bytes()).position
    verdict = verify(place.store, [Claim(head, "the anchor"), Claim(written.memory.head, "this client")])
    assert verdict.problems[0] == Problem(6, "It is missing.")
    assert "this client has it" in verdict.problems[1].problem


def test_entries_that_cannot_follow_are_named(place: Place) -> None:
    """A chain that holds, of things that cannot have happened: the approval of somebody who asked for it."""
    payload = json.loads(place.file(3).read_bytes())["payload"]
    rewrite(place, 3, payload={**payload, "identity": "sam"})
    rechain(place, 4)
    problems = verify(place.store, []).problems
    assert problems[0] == Problem(3, "sam opened prm-1 and cannot approve it.")


def test_only_those_who_may_sign_checkpoints(place: Place, keys: Keys, signers: list[Signer]) -> None:
    with pytest.raises(NotAuthorised, match="may not sign"):
        checkpoint.make(place.ledger(), place.store, keys.private("approver"), signers)
    allowed = [keys.signer("approver", Namespace.CHECKPOINT)]
    assert checkpoint.make(place.ledger(), place.store, keys.private("approver"), allowed) == 7
    problems = [each for each in checkpoint.claims(place.store, signers) if isinstance(each, Problem)]
    assert [each.entry for each in problems] == [0]
    assert "may not sign" in problems[0].problem


def test_a_checkpoint_is_on_the_record_and_made_once(place: Place, keys: Keys, signers: list[Signer]) -> None:
    assert sign(place, keys, signers) == sign(place, keys, signers) == 7
    assert place.verify().entries == 8
    (place.folder / "store/checkpoints/000000000007.json").unlink()
    assert place.verify().problems == (Problem(8, "checkpoints/000000000007.json is missing."),)


def test_a_chain_made_anew_contradicts_its_checkpoint(place: Place, keys: Keys, signers: list[Signer]) -> None:
    sign(place, keys, signers)
    rewrite(place, 3, actor="mallory")
    rechain(place, 4)
    claims = [each for each in checkpoint.claims(place.store, signers) if isinstance(each, Claim)]
    found = verify(place.store, claims).problems
    assert found[0].entry == 7
    assert "the checkpoint that auditor signed has another one here" in found[0].problem


def test_a_bundle_is_verified_without_its_store(exported: bytes, signers: list[Signer]) -> None:
    verdict = bundle.verify_bundle(bundle.parse(exported, "audit"), signers)
    assert (verdict.entries, verdict.problems) == (7, ())
    assert verdict.projection.deployed == {"prod": RELEASE}


def test_a_bundle_holds_nothing_beyond_its_checkpoint(place: Place, keys: Keys, signers: list[Signer]) -> None:
    number = sign(place, keys, signers)
    freeze(place.ledger())
    bundle.export(place.store, number, place.folder / "audit.jsonl")
    found = bundle.load(place.folder / "audit.jsonl")
    assert bundle.verify_bundle(found, signers).problems == ()
    more = Bundle(found.checkpoint, {**found.objects, "ledger/000000000008.json": place.file(8).read_bytes()})
    assert bundle.verify_bundle(more, signers).problems[0].problem.endswith("nothing that the checkpoint covers.")
    without = Bundle(found.checkpoint, {path: data for path, data in found.objects.items() if "000004" not in path})
    assert Problem(4, "It is missing.") in bundle.verify_bundle(without, signers).problems
    assert bundle.verify_bundle(found, signers[1:]).problems[0].problem.startswith("The checkpoint:")


@pytest.mark.usefixtures("remembered")
def test_every_mutation_of_a_bundle_is_found(exported: bytes, signers: list[Signer]) -> None:
    def check(data: bytes) -> Verdict:
        return bundle.verify_bundle(bundle.parse(data, "audit"), signers)

    assert not _found(check, exported)
    chance = random.Random(1)  # noqa: S311 -- the same mutations each time
    assert [each for each in (_byte(exported, chance) for _ in range(MUTATIONS // 2)) if not _found(check, each)] == []


@pytest.mark.usefixtures("remembered", "exported")  # so that there is a checkpoint
def test_every_mutation_of_a_ledger_is_found(written: Place, signers: list[Signer]) -> None:
    prefixes = ("approvals", "checkpoints", "ledger", "plans", "promotions", "releases")
    whole = {name: written.store.read(name) for prefix in prefixes for name in written.store.names(prefix)}
    head = Claim(written.memory.head, "this client")

    def check(objects: Mapping[str, bytes]) -> Verdict:
        return _live(Bundle("", objects), head, signers)

    assert not _found(check, whole)
    chance = random.Random(2)  # noqa: S311
    mutations = (_mutated(whole, chance) for _ in range(MUTATIONS // 2))
    assert [each for each in mutations if not _found(check, each)] == []


def _live(objects: Bundle, head: Claim, signers: list[Signer]) -> Verdict:
    stated = list(checkpoint.claims(objects, signers))
    found = verify(objects, [head, *(each for each in stated if isinstance(each, Claim))])
    wrong = tuple(each for each in stated if isinstance(each, Problem))
    return Verdict(found.entries, found.head, (*found.problems, *wrong), found.projection, found.bound)


def _found(check: Callable[[Of], Verdict], data: Of) -> bool:
    try:
        return bool(check(data).problems)
    except DistroError:
        return True


def _byte(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    change = chance.choice((1, 2, 4, 8, 16, 32, 64, 128, chance.randrange(1, 256)))
    return data[:place] + bytes([data[place] ^ change]) + data[place + 1 :]


def _mutated(objects: Mapping[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """A byte or a field of an object, an object more, less, or in another's place."""
    found = dict(objects)
    name, other = chance.sample(sorted(found), 2)
    match chance.randrange(5):
        case 0:
            del found[name]
        case 1:
            found[name], found[other] = found[other], found[name]
        case 2 if name.startswith(("ledger", "checkpoints")):
            found[name] = _field(found[name], chance)
        case 3 if name.startswith("ledger"):
            found["ledger/000000000009.json"] = found[name]
        case _:
            found[name] = _byte(found[name], chance)
    return found


def _field(data: bytes, chance: random.Random) -> bytes:
    """One value anywhere in a document changed, the rest canonical."""
    document = json.loads(data)
    holder, key = chance.choice(list(_leaves(document)))
    old = holder[key]
    holder[key] = old + "x" if isinstance(old, str) else old + 1 if isinstance(old, int) else "x"
    return rfc8785.dumps(document)


def _leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value that holds no other: the container and the key."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list) and inner:
            yield from _leaves(inner)
        else:
            yield value, key


def test_a_ledger_starts_anew_for_nobody(place: Place) -> None:
    shutil.rmtree(place.folder / "store" / "ledger")
    assert place.verify().problems[0] == Problem(1, "It is missing, as are those up to 6.")
    freeze(Ledger(place.store, FileAnchor(place.folder / "x"), Memory(place.folder / "y")))
    assert place.verify().problems[0].entry == 2


def test_an_empty_ledger_is_whole(tmp_path: Path) -> None:
    verdict = Place(tmp_path).verify()
    assert (verdict.entries, verdict.problems) == (0, ())
