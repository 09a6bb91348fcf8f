"""What is signed counts, or is refused before the key is touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from infra.environment.operation import Role
from infra.errors import GateClosed
from promotion import approval
from promotion.approving import prepare
from promotion.gate_approvals import Refusal
from tests.promotion.keys import NOW
from tests.promotion.organisation import Organisation


def test_what_is_prepared_counts(organisation: Organisation) -> None:
    facts = organisation.facts
    asked: tuple[tuple[str, Role], ...] = (("dana", "product-manager"), ("adrian", "engineering-lead"))
    given = [approval.sign(prepare(facts, name, role), organisation.keys.private(name)) for name, role in asked]
    assert organisation.decide(facts, *given).open
    prepared = prepare(facts, "dana", "product-manager")
    assert prepared.expires_at == NOW + timedelta(hours=24)
    assert prepared.nonce != prepare(facts, "dana", "product-manager").nonce


@pytest.mark.parametrize(
    ("person", "role", "reason"),
    [
        ("sam", "engineering-lead", Refusal.INVOLVED),
        ("rita", "product-manager", Refusal.INVOLVED),
        ("lee", "product-manager", Refusal.DEPUTY),
        ("dana", "engineering-lead", Refusal.NOT_THE_ROLE),
        ("tess", "team-lead", Refusal.ROLE_NOT_ASKED),
        ("nobody", "product-manager", Refusal.NOBODY),
    ],
)
def test_what_would_not_count_is_not_signed(
    person: str, role: Role, reason: Refusal, organisation: Organisation
) -> None:
    with pytest.raises(GateClosed, match=f"{person} cannot approve prm-0192 as {role}: {reason}"):
        prepare(organisation.facts, person, role)


def test_nothing_is_approved_twice_or_before_there_is_a_plan(organisation: Organisation) -> None:
    given = approval.verify(organisation.approval("dana", "product-manager").canonical(), organisation.people, NOW)
    with pytest.raises(GateClosed, match="dana approved prm-0192 as product-manager already"):
        prepare(replace(organisation.facts, approvals=(given,)), "both", "product-manager")
    with pytest.raises(GateClosed, match="no plan yet"):
        prepare(replace(organisation.facts, plan=None), "dana", "product-manager")
