"""What is signed is kept once, read back whole, and refused with its reason where it is not what it was."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.errors import DistroError
from promotion import approval, evidence
from promotion.approval import Signed
from promotion.entries import Reference
from promotion.schema import digest_of
from promotion.signed_objects import keep, read_all
from promotion.store import Store
from tests.promotion.keys import NOW
from tests.promotion.organisation import Organisation


def test_kept_once_and_read_back(organisation: Organisation, tmp_path: Path) -> None:
    store = Store.open(f"file://{tmp_path}/store")
    envelopes = [organisation.approval("dana", "product-manager"), organisation.approval("adrian", "engineering-lead")]
    references = [keep(store, "approvals/prm-0192", each) for each in envelopes]
    assert keep(store, "approvals/prm-0192", envelopes[0]) == references[0]
    assert store.names("approvals") == sorted(each.path for each in references)

    def verified(data: bytes) -> Signed:
        return approval.verify(data, organisation.people, NOW)

    found = read_all(store, references, verified)
    assert [each.approval.person for each in found.good] == ["dana", "adrian"]
    assert found.refused == ()

    missing = Reference(path="approvals/prm-0192/none.json", content=digest_of(b""))
    swapped = Reference(path=references[0].path, content=references[1].content)
    other = keep(store, "approvals/prm-0192", organisation.evidence())
    found = read_all(store, [missing, swapped, other, references[1]], verified)
    assert [each.approval.person for each in found.good] == ["adrian"]
    for refused, reason in zip(found.refused, ("There is no", "it was changed", "ci may not sign"), strict=True):
        assert reason in refused


@pytest.fixture(scope="module")
def signed(organisation: Organisation) -> dict[str, bytes]:
    given = organisation.approval("dana", "product-manager")
    return {"approval": given.canonical(), "evidence": organisation.evidence().canonical()}


@settings(max_examples=150, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255), of=st.sampled_from([approval, evidence]))
def test_no_changed_byte_passes(
    where: float, change: int, of: ModuleType, signed: dict[str, bytes], organisation: Organisation
) -> None:
    data = bytearray(signed[of.__name__.rpartition(".")[2]])
    of.verify(bytes(data), organisation.people, NOW)
    data[int(where * len(data))] ^= change
    with pytest.raises(DistroError):
        of.verify(bytes(data), organisation.people, NOW)
