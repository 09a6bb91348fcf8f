"""Changing the root of trust: a new version is proposed, signed by root holders, put in force and recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from infra.errors import UsageError
from promotion import trust_store
from promotion.clock import check_clock
from promotion.entries import Reference
from promotion.kinds.records import TrustChanged
from promotion.ledger import Ledger
from promotion.organisation import VALID
from promotion.people import People
from promotion.pin import Pin
from promotion.schema import Digest
from promotion.store import Store
from promotion.trust import Chain, Trust
from promotion.trust_differences import differences
from promotion.trust_store import Proposal

_EVER = datetime(2000, 1, 1, tzinfo=UTC)
Result = Literal["created", "changed", "waiting", "joined", "unchanged"]


@dataclass(frozen=True)
class Draft:
    """A version to be signed: a new one, or one that waits for more signatures (`proposal`)."""

    before: Trust | None
    stated: Trust
    proposal: Proposal | None = None

    @property
    def differences(self) -> list[str]:
        """What it changes, a line each: what a root holder is shown before the key is touched."""
        return differences(self.before, self.stated)


@dataclass(frozen=True)
class Outcome:
    """What came of it: the root of trust in force, if any, and the change that waits for signatures, if any."""

    result: Result
    chain: Chain | None
    waiting: Proposal | None = None


def found(store: Store, pin: Pin, first: Callable[[datetime], Trust]) -> Draft | Outcome:
    """The first version to sign, or the one that another root holder has proposed; or what is there already.

    A store that has one is joined where its roots are those that `first` names. Raises TrustRefused where they are
    not, and as `trust_store.join`.
    """
    stated = first(now(store))
    if trust_store.exists(store):
        known = pin.known
        return join(store, pin, known.root if known else stated.root.digest())
    waiting = (each for each in trust_store.proposals(store) if _alike(each.trust, stated))
    proposal = next(waiting, None)
    return Draft(None, proposal.trust if proposal else stated, proposal)


def join(store: Store, pin: Pin, root: Digest) -> Outcome:
    """Pin a store by the digest of its first roots. Raises TrustRefused for another store, TrustBroken."""
    known = pin.known
    return Outcome("unchanged" if known else "joined", trust_store.join(store, pin, root))


def change(store: Store, pin: Pin, edit: Callable[[Trust, datetime], Trust]) -> Draft:
    """The next version: `edit` gives its roots, people and policy from those in force. It counts for a year.

    Raises what `edit` and `trust_store.load` raise.
    """
    chain, at = trust_store.load(store, pin), now(store)
    edited = edit(chain.newest, at)
    stated = Trust(
        version=chain.newest.version + 1, previous=chain.digests[-1], issued_at=at, expires_at=at + VALID,
        root=edited.root, people=edited.people, policy=edited.policy,
    )  # fmt: skip
    return Draft(chain.newest, stated)


def waiting(store: Store, pin: Pin, id: str) -> Draft:
    """A change that waits for signatures. Raises UsageError for an unknown one, and as `trust_store.load`."""
    chain = trust_store.load(store, pin) if trust_store.exists(store) else None
    known = {each.id: each for each in trust_store.proposals(store)}
    if id not in known:
        hint = f"Waiting: {', '.join(known)}." if known else "None waits."
        raise UsageError(f"No change {id} waits for signatures.", hint=hint)
    return Draft(chain.newest if chain else None, known[id].trust, known[id])


def sign(store: Store, pin: Pin, draft: Draft, keys: Sequence[Path]) -> Outcome:
    """Sign with root keys; with enough of them the version is put in force, else it waits for the others.

    Raises UsageError for a key that is no root key, TrustBroken where another version came first, StoreFailed.
    """
    if not keys:
        raise UsageError("A change of the root of trust is signed by root holders.", hint="Give --root-key FILE.")
    proposal = _signed(store, draft, keys)
    if proposal.needed:
        return Outcome("waiting", trust_store.load(store, pin) if draft.before else None, proposal)
    return Outcome("changed" if draft.before else "created", trust_store.publish(store, pin, proposal))


def record(ledger: Ledger, chain: Chain, actor: str) -> None:
    """Put every version on the record that is not there yet, the first ones first. Raises as `Ledger.append`."""
    for version in range(ledger.read().trust + 1, len(chain.versions) + 1):
        reference = Reference(path=f"trust/{version}.json", content=chain.digests[version - 1])
        ledger.append(TrustChanged(version=version, document=reference), environment=None, actor=actor)


def now(store: Store) -> datetime:
    """The store's time, to the second. Raises OperationFailed where this machine's clock is far from it."""
    found = store.now()
    check_clock(found, datetime.now(UTC))
    return found.replace(microsecond=0)


def _signed(store: Store, draft: Draft, keys: Sequence[Path]) -> Proposal:
    proposal, rest = draft.proposal, keys
    if proposal is None:
        proposal, rest = trust_store.propose(store, draft.stated, keys[0]), keys[1:]
    for key in rest:
        proposal = trust_store.countersign(store, proposal, key)
    return proposal


def _alike(one: Trust, other: Trust) -> bool:
    """Whether two say the same, whenever they were written."""
    return all(getattr(one, name) == getattr(other, name) for name in ("root", "policy")) and (
        _timeless(one.people) == _timeless(other.people)
    )


def _timeless(people: People) -> People:
    ends = {"valid_after": _EVER, "valid_before": _EVER}
    everybody = {
        name: tuple(
            each.model_copy(
                update={"valid_until": _EVER, "keys": tuple(key.model_copy(update=ends) for key in each.keys)}
            )
            for each in getattr(people, name)
        )
        for name in ("people", "attesters")
    }
    return people.model_copy(update=everybody)
