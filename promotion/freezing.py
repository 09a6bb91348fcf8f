"""Freezing an environment and opening it again: signed by somebody who has a role for it in the target's policy."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from infra.environment.operation import Role
from infra.errors import GateClosed
from promotion import signed_objects, signing
from promotion.clock import TOLERANCE
from promotion.entries import Entry, Reference
from promotion.kinds import payload_of
from promotion.kinds.environments import Frozen, Unfrozen
from promotion.kinds.records import TrustChanged
from promotion.people import People
from promotion.refusal import refusals
from promotion.schema import Digest, Identifier, Line, Moment, Target
from promotion.session import Session
from promotion.signing import Envelope, NotAuthorised, Predicate, Subject
from promotion.ssh import BadSignature, Namespace
from promotion.trust import Trust

FOLDER = "orders"
LASTS = timedelta(minutes=10)
"""How long after it was signed an order may come on the record: one that was withheld is worth nothing later."""

_KINDS = (Frozen.kind, Unfrozen.kind)
Action = Literal["freeze", "unfreeze"]


class Order(Predicate):
    """`person` freezes a target for a reason, or opens it again. It is bound to the policy that it was given under."""

    namespace: ClassVar[Namespace] = Namespace.FREEZE
    action: Action
    target: Target
    reason: Line | None
    person: Identifier
    policy: Digest
    issued_at: Moment

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.action == "freeze") != (self.reason is not None):
            raise ValueError("a freeze has a reason, its end has none")
        return self


def prepare(session: Session, action: Action, target: Target, reason: str | None, person: str) -> Order:
    """The order, refused before the key is touched where it would not count. Raises GateClosed, on the record."""
    at = session.ledger.now()
    with refusals(session, target, f"{action} {target}", person, "freeze"):
        _may(session.trust, target, person, at)
        if action == "unfreeze" and target not in session.ledger.read().frozen:
            raise GateClosed(f"{standing(session, target) or f'{target} is not frozen'}.")
    policy = session.trust.policy.of(target).digest()
    return Order(action=action, target=target, reason=reason, person=person, policy=policy, issued_at=at)


def give(session: Session, order: Order, key: Path) -> None:
    """Sign it and put it on the record. Raises GateClosed, on the record, for a key that may not; UsageError."""
    envelope = signing.sign(order, _subjects(order), key)
    with refusals(session, order.target, f"{order.action} {order.target}", order.person, "freeze"):
        verify(envelope.canonical(), session.trust, order.issued_at)
        kept = signed_objects.keep(session.store, FOLDER, envelope)
        session.ledger.append(_payload(order, kept), environment=order.target, actor=order.person)


def verify(data: bytes, trust: Trust, at: datetime) -> Order:
    """Read a stored order, signed by the person it names, who may give it at `at` under this root of trust.

    Raises Malformed, BadSignature, NotAuthorised.
    """
    envelope = Envelope.parse(data, "order")
    found = signing.verify(envelope, Order, trust.people.signers(), at)
    order = found.predicate
    if found.subjects != tuple(_subjects(order)):
        raise BadSignature("The order is about something else than it says.")
    if [signer.principal for signer in found.signers] != [order.person]:
        raise BadSignature(f"The order says {order.person} gives it, and others signed it.")
    if order.policy != trust.policy.of(order.target).digest():
        raise NotAuthorised("The order was given under another policy.")
    if not order.issued_at - TOLERANCE <= at < order.issued_at + LASTS:
        raise NotAuthorised(f"The order of {order.person} was not given then.")
    _may(trust, order.target, order.person, at)
    return order


def standing(session: Session, target: Target) -> str | None:
    """Why a target is frozen, None where it is not, as of the last reading of the ledger.

    A freeze ends by an order that counts, and by nothing else.
    """
    ours = (each for each in reversed(session.ledger.entries) if each.environment == target and each.kind in _KINDS)
    last = next(ours, None)
    payload = payload_of(last) if last else None
    if last is None or not isinstance(payload, Unfrozen):
        return payload.reason if isinstance(payload, Frozen) else None
    wrong = _uncounted(session, last, payload.order)
    return f"entry {last.number} ends a freeze and does not count ({wrong}): freeze it again first" if wrong else None


def _uncounted(session: Session, entry: Entry, given: Reference | None) -> str | None:
    """Why an entry that ends a freeze does not, by the root of trust that was on the record before it."""
    versions = sum(each.kind == TrustChanged.kind for each in session.ledger.entries if each.number < entry.number)
    if given is None or not versions:
        return "nobody signed for it"
    trust = session.chain.versions[versions - 1]
    found = signed_objects.read_all(session.store, [given], lambda data: verify(data, trust, entry.at))
    orders = [(each.action, each.target, each.person) for each in found.good]
    if orders == [("unfreeze", entry.environment, entry.actor)]:
        return None
    return next(iter(found.refused), "what was signed is something else")


def _may(trust: Trust, target: Target, person: str, at: datetime) -> None:
    """Raises NotAuthorised for somebody without a role for it; deputies count where no holder is there to do it."""
    roles = trust.policy.of(target).freeze
    if trust.people.person(person) is None:
        raise NotAuthorised(f"{person} is nobody here.", hint="Give --identity: `distro people list`.")
    if roles and not any(_has(trust.people, role, person, at) for role in roles):
        raise NotAuthorised(
            f"{person} may not freeze {target}, nor open it again.", hint=f"It takes one of: {', '.join(roles)}."
        )


def _has(people: People, role: Role, person: str, at: datetime) -> bool:
    return person in {each.name for each in people.holders(role, at) or people.deputies(role, at)}


def _payload(order: Order, kept: Reference) -> Frozen | Unfrozen:
    return Frozen(reason=order.reason, order=kept) if order.reason else Unfrozen(order=kept)


def _subjects(order: Order) -> list[Subject]:
    return [Subject.of(f"policy of {order.target}", order.policy)]
