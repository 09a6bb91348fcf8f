"""The audit of a store as it is, and of a bundle, each with all that is known to whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from infra.errors import DistroError
from promotion import bundle, checkpoint, trust_store
from promotion.anchor import Mark
from promotion.audit import Verdict, verify
from promotion.bundle import Bundle
from promotion.chain import Claim, Problem
from promotion.clock import TOLERANCE
from promotion.entries import GENESIS, Objects, Position
from promotion.location import Location
from promotion.pin import Pin
from promotion.proofs import signatures
from promotion.reading import read
from promotion.schema import Digest, digest_of
from promotion.ssh import Signer
from promotion.trust import verify_chain


def audit(location: Location, pin: Pin) -> Verdict:
    """Check a store's ledger against its checkpoints, its anchor and what this client has seen; remember its head.

    Raises TrustRefused where the store has a root of trust that is not known here, StoreFailed, AnchorFailed.
    """
    store = location.store
    root, signers = _trusted(location, pin)
    stated = list(checkpoint.claims(store, signers))
    claims = [each for each in stated if isinstance(each, Claim)]
    claims += [
        Claim(location.anchor.read().head, "the anchor outside of the store"),
        Claim(location.memory.head, "this client's memory"),
    ]
    verdict = verify(store, claims, proofs=(signatures(root),), until=store.now() + TOLERANCE)
    more = [each for each in stated if isinstance(each, Problem)]
    more += _unannounced(store, location.anchor.read(), verdict.head)
    if not verdict.problems and not more:
        location.memory.remember(verdict.head)
    return replace(verdict, problems=tuple(sorted((*verdict.problems, *more))))


def audit_bundle(found: Bundle, root: Digest) -> Verdict:
    """Check a bundle from the digest of the root keys on, which whoever asks has from elsewhere."""
    try:
        signers = _signers(found, root)
    except DistroError as error:
        verdict = verify(found, [])
        return replace(verdict, problems=(Problem(0, f"The root of trust: {error.message}"), *verdict.problems))
    return bundle.verify_bundle(found, signers, (signatures(root),))


def signers_of(location: Location, pin: Pin) -> tuple[Signer, ...]:
    """Whose signatures count in a store now. Raises TrustRefused where its root of trust is not known here."""
    return trust_store.load(location.store, pin).newest.people.signers()


def _trusted(location: Location, pin: Pin) -> tuple[Digest, Sequence[Signer]]:
    """A store without a root of trust has nobody whose signature counts."""
    if not trust_store.exists(location.store) and pin.known is None:
        return GENESIS, ()
    return pin.root, signers_of(location, pin)


def _signers(found: Bundle, root: Digest) -> tuple[Signer, ...]:
    versions = sorted(found.names("trust"), key=lambda name: (len(name), name))
    return verify_chain([found.read(name) for name in versions], root).newest.people.signers()


def _unannounced(objects: Objects, mark: Mark, head: Position) -> Iterator[Problem]:
    """Entries that nobody told the anchor of: it was asked after they were read."""
    for number in range(mark.head.number + 1, head.number + 1):
        data = read(objects, number)
        if data is None:
            return
        if Position(number=number, entry=digest_of(data)) not in mark.intents:
            yield Problem(number, "It was not announced to the anchor: somebody else wrote it.")
