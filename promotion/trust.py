"""The root of trust: policy and people in one document, signed by a threshold of root keys, version by version.

Version 1 is pinned: the digest of its root keys is known to the client and to the target environment. Each later one is
signed by the roots of the version before and, where it names others, by its own (TUF section 5.3, the root role).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Self

from pydantic import Field, model_validator

from infra.errors import GateClosed, OperationFailed
from promotion import signing
from promotion.people import People
from promotion.policy import Policy
from promotion.public_key import PublicKey, fingerprint
from promotion.schema import Digest, Identifier, Moment, Stored, digest_of
from promotion.signing import Envelope, Predicate, Verified
from promotion.ssh import Namespace, Signer

_ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))  # the document expires, its roots do not


class TrustBroken(OperationFailed):
    """A version of the root of trust is not what its roots signed, or not the one that was seen before."""


class TrustRefused(GateClosed):
    """A root of trust that is not known here, not enough signed, or past its end."""


class RootKey(Stored):
    """A root key and who holds it."""

    holder: Identifier
    key: PublicKey


class Root(Stored):
    """The root keys, and how many holders must sign a change."""

    keys: tuple[RootKey, ...] = Field(min_length=1)
    threshold: int = Field(ge=1)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if len({each.key for each in self.keys}) < len(self.keys):
            raise ValueError("a root key is given twice")
        if len({each.holder for each in self.keys}) < len(self.keys):
            raise ValueError("somebody holds two root keys")
        if self.threshold > len(self.keys):
            raise ValueError(f"a threshold of {self.threshold} cannot be met by {len(self.keys)} keys")
        return self

    def signers(self) -> tuple[Signer, ...]:
        """The root keys, for the namespace of the root of trust."""
        return tuple(Signer(each.holder, each.key, (Namespace.TRUST,), *_ALWAYS) for each in self.keys)


class Trust(Predicate):
    """One version. `previous` is the digest of the envelope before; None for the first."""

    namespace: ClassVar[Namespace] = Namespace.TRUST
    version: int = Field(ge=1)
    previous: Digest | None
    issued_at: Moment
    expires_at: Moment
    root: Root
    people: People
    policy: Policy

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.version == 1) != (self.previous is None):
            raise ValueError("the first version, and no other, has none before it")
        if self.expires_at <= self.issued_at:
            raise ValueError("expires before it is issued")
        for key in self.root.keys:
            if key.key in set(self.people.keys()):
                raise ValueError(f"the root key of {key.holder} is also somebody's daily one")
        for problem in self._attesters():
            raise ValueError(problem)
        return self

    def _attesters(self) -> Iterator[str]:
        for gates in self.policy.targets:
            for gate in gates.suites:
                for name in gate.attesters:
                    attester = self.people.attester(name)
                    if attester is None or gate.suite not in attester.suites:
                        yield f"{gates.target}: {name} is no attester of {gate.suite}"

    def check_valid(self, at: datetime) -> None:
        """Raises TrustRefused past its end."""
        if at >= self.expires_at:
            raise TrustRefused(
                f"The root of trust (version {self.version}) expired on {self.expires_at:%Y-%m-%d}.",
                hint="Its root holders renew it: `distro people renew`.",
            )


@dataclass(frozen=True)
class Chain:
    """The root of trust from its first version to the newest, each verified under the one before."""

    versions: tuple[Trust, ...]
    digests: tuple[Digest, ...]

    @property
    def newest(self) -> Trust:
        """The version in force."""
        return self.versions[-1]

    @property
    def root(self) -> Digest:
        """Digest of the first version's roots: what clients and targets pin."""
        return self.versions[0].root.digest()


def verify_chain(envelopes: Sequence[bytes], pinned: Digest) -> Chain:
    """Verify all versions, first to newest, the first one's roots against their pinned digest.

    Raises TrustBroken, TrustRefused, BadSignature, NotAuthorised, Malformed.
    """
    versions: list[Trust] = []
    digests = tuple(map(digest_of, envelopes))
    for data in envelopes:
        versions.append(verify_next(data, versions[-1] if versions else None, digests[: len(versions)]))
        if versions[0].root.digest() != pinned:
            raise TrustRefused(
                f"The root keys of this store are {versions[0].root.digest()}, not {pinned} as pinned.",
                hint="It is another store, or somebody replaced its root of trust.",
            )
    if not versions:
        raise TrustRefused("This store has no root of trust.", hint="Begin with `distro init`.")
    return Chain(tuple(versions), digests)


def verify_next(data: bytes, before: Trust | None, earlier: Sequence[Digest]) -> Trust:
    """Verify a version under the one before it, the first one under itself; `earlier` are all digests before.

    Raises as `verify_chain`.
    """
    envelope = Envelope.parse(data, "trust")
    stated = signing.claimed(envelope, Trust)
    roots = _roots(stated, before)
    signers = tuple(dict.fromkeys(signer for root in roots for signer in root.signers()))
    found = signing.verify(envelope, Trust, signers, stated.issued_at)
    for root in roots:
        _check_threshold(found, root)
    _check_succession(found.predicate, before, earlier)
    return found.predicate


def signatures(envelope: Envelope, before: Trust | None) -> tuple[tuple[str, ...], int]:
    """Root holders who have not signed a version, of the one before and its own; and how many still have to."""
    signed = {signature.keyid for signature in envelope.signatures}
    roots = _roots(signing.claimed(envelope, Trust), before)
    lacking = dict.fromkeys(each for root in roots for each in root.keys if fingerprint(each.key) not in signed)
    needed = [root.threshold - sum(each not in lacking for each in root.keys) for root in roots]
    return tuple(each.holder for each in lacking), max(0, *needed)


def _roots(stated: Trust, before: Trust | None) -> tuple[Root, ...]:
    """The roots that must sign a version."""
    return (before.root, stated.root) if before else (stated.root,)


def _check_succession(found: Trust, before: Trust | None, earlier: Sequence[Digest]) -> None:
    if found.version != len(earlier) + 1:
        raise TrustBroken(f"Version {found.version} of the root of trust stands in the place of {len(earlier) + 1}.")
    if found.previous != (earlier[-1] if earlier else None):
        raise TrustBroken(f"Version {found.version} of the root of trust follows another one than is before it.")
    if before and found.issued_at < before.issued_at:
        raise TrustBroken(f"Version {found.version} of the root of trust is dated before the one before it.")


def _check_threshold(found: Verified[Trust], root: Root) -> None:
    signed = {each.key for each in root.keys} & {signer.key for signer in found.signers}
    if len(signed) < root.threshold:
        raise TrustRefused(
            f"Version {found.predicate.version} of the root of trust is signed by {len(signed)} of its root holders;"
            f" {root.threshold} must sign.",
            hint=f"Root holders: {', '.join(each.holder for each in root.keys)}.",
        )
