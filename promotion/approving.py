"""Giving an approval: what somebody would sign, refused before the key is touched where it would not count."""

from __future__ import annotations

import secrets

from infra.environment.operation import Role
from infra.errors import GateClosed
from promotion.approval import Approval, Signed
from promotion.facts import Facts
from promotion.gate import decide
from promotion.gate_approvals import counting, latest_expiry, refusal


def prepare(facts: Facts, person: str, role: Role) -> Approval:
    """The approval of exactly what stands here, by `person` as `role`, for as long as the policy allows.

    Raises GateClosed where there is no plan yet, where it would not count, and where somebody gave it already.
    """
    scope = decide(facts).scope
    if scope is None:
        raise GateClosed(f"{facts.request.id} has no plan yet: there is nothing to approve.")
    approval = Approval(
        scope=scope, person=person, role=role, issued_at=facts.at, expires_at=latest_expiry(facts, facts.at),
        nonce=secrets.token_hex(16),
    )  # fmt: skip
    counted, _ = counting(facts, scope)
    if role in counted:
        raise GateClosed(f"{counted[role].approval.person} approved {facts.request.id} as {role} already.")
    if reason := refusal(Signed(approval, approval.digest(), ""), facts, scope, counted):
        raise GateClosed(
            f"{person} cannot approve {facts.request.id} as {role}: {reason}.",
            hint=f"`distro promotion show {facts.request.id}` names who can.",
        )
    return approval
