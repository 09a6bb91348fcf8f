"""The root of trust in the store: versions, and changes that wait for signatures.

trust/<version>.json                                   a version, signed by enough root holders
trust/proposed/<version>/<digest>/<number>.json        a change, with one signature more a number
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.errors import UsageError
from promotion import signing
from promotion.pin import Pin
from promotion.public_key import fingerprint
from promotion.schema import Digest, digest_of
from promotion.signing import Envelope, Subject
from promotion.ssh import Namespace
from promotion.store import Exists, Store
from promotion.trust import Chain, Trust, TrustBroken, TrustRefused, signatures, verify_chain, verify_next

_VERSION = re.compile(r"trust/([1-9][0-9]{0,5})\.json")


@dataclass(frozen=True)
class Proposal:
    """A version that is not in force yet.

    `id` is the digest of what is signed; `missing` are the root holders who have not, `needed` how many still have to.
    """

    id: str
    trust: Trust
    envelope: Envelope
    missing: tuple[str, ...]
    needed: int


def load(store: Store, pin: Pin) -> Chain:
    """The root of trust, verified from the pinned roots on; this client remembers it from now on.

    Whether it has expired is for the gates to say. Raises TrustRefused (unknown here, signed below its threshold),
    TrustBroken (an older one than was seen, a version missing), and as `verify_chain`.
    """
    if pin.known is None and not exists(store):
        raise TrustRefused("This store has no root of trust.", hint="Begin with `distro init`.")
    return join(store, pin, pin.root)


def exists(store: Store) -> bool:
    """Whether the store has a root of trust, good or bad."""
    return bool(_versions(store))


def join(store: Store, pin: Pin, root: Digest) -> Chain:
    """Pin the roots of a store that this client sees for the first time. Raises as `verify_chain`, TrustBroken."""
    chain = verify_chain(_versions(store), root)
    pin.remember(chain.root, chain.digests)
    return chain


def propose(store: Store, trust: Trust, key: Path) -> Proposal:
    """Sign a new version with a root key and store it for the others to sign. Raises UsageError, StoreFailed."""
    envelope = signing.sign(trust, [Subject.of(f"trust/{trust.version}", trust.people.digest())], key)
    return _stored(store, envelope, _before(store, trust))


def proposals(store: Store) -> tuple[Proposal, ...]:
    """Changes that wait for signatures; each as far as it is signed. Raises Malformed, StoreFailed."""
    latest: dict[str, str] = {}
    for name in sorted(store.names("trust/proposed"), key=lambda name: (len(name), name)):
        latest[name.split("/")[3]] = name
    versions = _versions(store)
    before = signing.claimed(Envelope.parse(versions[-1]), Trust) if versions else None
    found = (_proposal(Envelope.parse(store.read(name), name), before) for name in latest.values())
    return tuple(each for each in found if each.trust.version == len(versions) + 1)


def countersign(store: Store, proposal: Proposal, key: Path) -> Proposal:
    """Add a root holder's signature. Raises UsageError, StoreFailed, and Exists where somebody signed meanwhile."""
    envelope = signing.countersign(proposal.envelope, Namespace.TRUST, key)
    return _stored(store, envelope, _before(store, proposal.trust))


def publish(store: Store, pin: Pin, proposal: Proposal) -> Chain:
    """Put a version in force that enough root holders have signed.

    Raises TrustRefused where they have not, TrustBroken where another version came first.
    """
    versions = _versions(store)
    data = proposal.envelope.canonical()
    before = verify_chain(versions, pin.root).newest if versions else None
    verify_next(data, before, tuple(map(digest_of, versions)))
    try:
        store.create(f"trust/{proposal.trust.version}.json", data)
    except Exists as error:
        if not error.same:
            raise TrustBroken(
                f"Version {proposal.trust.version} was published by somebody else meanwhile.",
                hint="Propose the change again on top of it.",
            ) from error
    chain = verify_chain([*versions, data], proposal.trust.root.digest() if before is None else pin.root)
    pin.remember(chain.root, chain.digests)
    return chain


def _versions(store: Store) -> list[bytes]:
    """The envelopes, first to newest. Raises TrustBroken where one is missing."""
    found = sorted(int(match[1]) for name in store.names("trust") if (match := _VERSION.fullmatch(name)))
    if found != list(range(1, len(found) + 1)):
        raise TrustBroken(f"A version of the root of trust is missing: there are {', '.join(map(str, found))}.")
    return [store.read(f"trust/{number}.json") for number in found]


def _before(store: Store, trust: Trust) -> Trust | None:
    versions = _versions(store)
    if trust.version != len(versions) + 1:
        raise TrustRefused(f"Version {trust.version} is not the next one: the store has {len(versions)}.")
    return signing.claimed(Envelope.parse(versions[-1]), Trust) if versions else None


def _stored(store: Store, envelope: Envelope, before: Trust | None) -> Proposal:
    newest = envelope.signatures[-1].keyid
    found = _proposal(envelope, before)
    roots = (*found.trust.root.keys, *(before.root.keys if before else ()))
    if newest not in {fingerprint(each.key) for each in roots}:
        raise UsageError(f"{newest} is no root key.", hint=f"Root holders: {_names(each.holder for each in roots)}.")
    if newest in {signature.keyid for signature in envelope.signatures[:-1]}:
        raise UsageError("This root key has signed the change already.")
    path = f"trust/proposed/{found.trust.version}/{found.id}/{len(envelope.signatures)}.json"
    store.create(path, envelope.canonical())
    return found


def _proposal(envelope: Envelope, before: Trust | None) -> Proposal:
    trust = signing.claimed(envelope, Trust)
    return Proposal(_id(envelope), trust, envelope, *signatures(envelope, before))


def _names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _id(envelope: Envelope) -> str:
    return digest_of(envelope.content()).removeprefix("sha256:")[:16]
