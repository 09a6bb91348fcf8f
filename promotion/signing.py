"""Signed statements: in-toto Statement v1 in a DSSE envelope v1, signed with SSH keys.

A signature covers the pre-authentication encoding of the payload (DSSE protocol, section "Signature Definition") and
is `ssh-keygen -Y sign` over it, in the namespace of what is stated. Payloads are canonical (RFC 8785).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, Final, Generic, Literal, TypeVar

import rfc8785
from pydantic import Field, JsonValue

from infra.errors import GateClosed
from promotion import ssh
from promotion.public_key import signed_by
from promotion.schema import Digest, Line, Malformed, Record, Stored, unbase64
from promotion.ssh import BadSignature, Namespace, Signer

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"


class NotAuthorised(GateClosed):
    """The signature is by a key that may not sign this, or might not at that time."""


class Predicate(Record):
    """What a statement says about its subjects; `namespace` is what it is signed for."""

    namespace: ClassVar[Namespace]

    @classmethod
    def type_uri(cls) -> str:
        """`predicateType`: `urn:distro:approval:v1` for `distro-approval@v1`."""
        return f"urn:{cls.namespace.replace('-', ':', 1).replace('@', ':')}"


P = TypeVar("P", bound=Predicate)


class DigestSet(Stored):
    """In-toto's DigestSet with the one algorithm that is used here."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Subject(Stored):
    """What a statement is about."""

    name: Line
    digests: DigestSet = Field(alias="digest")

    @classmethod
    def of(cls, name: str, digest: Digest) -> Subject:
        """A subject of the digest `sha256:…`."""
        return cls(name=name, digests=DigestSet(sha256=digest.removeprefix("sha256:")))


class Statement(Stored):
    """An in-toto Statement v1."""

    type_: Literal["https://in-toto.io/Statement/v1"] = Field(STATEMENT_TYPE, alias="_type")
    subject: tuple[Subject, ...] = Field(min_length=1)
    predicate_type: Line = Field(alias="predicateType")
    predicate: dict[str, JsonValue]


class Signature(Stored):
    """One signature of an envelope: `keyid` is the key's fingerprint, `sig` the base64 of the armored signature."""

    keyid: Line
    sig: Annotated[str, Field(max_length=8000)]

    def armored(self) -> str:
        """What ssh-keygen reads. Raises Malformed, also where it is of another key than `keyid` says."""
        try:
            armored = unbase64(self.sig).decode("ascii")
            named = signed_by(armored)
        except ValueError as error:
            raise Malformed(f"no SSH signature: {error}") from error
        if named != self.keyid:
            raise Malformed(f"a signature by {named} that is said to be by {self.keyid}")
        return armored


class Envelope(Stored):
    """A DSSE envelope v1."""

    payload: str
    payload_type: Literal["application/vnd.in-toto+json"] = Field(PAYLOAD_TYPE, alias="payloadType")
    signatures: tuple[Signature, ...] = Field(min_length=1, max_length=32)

    def content(self) -> bytes:
        """The payload's bytes. They prove nothing before `verify`. Raises Malformed."""
        try:
            return unbase64(self.payload)
        except ValueError as error:
            raise Malformed(f"no payload: {error}") from error


@dataclass(frozen=True)
class Verified(Generic[P]):
    """What a statement says, after every signature of it was found good: `signers` are distinct keys."""

    predicate: P
    subjects: tuple[Subject, ...]
    signers: tuple[Signer, ...]


def sign(predicate: Predicate, subjects: Sequence[Subject], key: Path) -> Envelope:
    """State and sign, with a key file or (a public key's file) the agent. Raises UsageError where that fails."""
    stated = Statement(
        subject=tuple(subjects), predicate_type=predicate.type_uri(), predicate=predicate.model_dump(mode="json")
    ).canonical()
    signature = _signature(stated, predicate.namespace, key)
    return Envelope(payload=base64.b64encode(stated).decode(), signatures=(signature,))


def countersign(envelope: Envelope, namespace: Namespace, key: Path) -> Envelope:
    """The same statement with one more signature. The caller has shown what it says."""
    signature = _signature(envelope.content(), namespace, key)
    return Envelope(payload=envelope.payload, signatures=(*envelope.signatures, signature))


def verify(envelope: Envelope, kind: type[P], signers: Sequence[Signer], at: datetime) -> Verified[P]:
    """Open an envelope that says something of `kind`, signed by some of `signers` when they might.

    Every signature must hold, and no key counts twice. Raises BadSignature and Malformed (changed, another
    namespace), NotAuthorised (unknown key, not for this namespace, not valid at `at`).
    """
    message = pae(envelope.payload_type, envelope.content())
    found = tuple(_signer(signature, kind.namespace, signers, at) for signature in envelope.signatures)
    if len({signer.key for signer in found}) < len(found):
        raise BadSignature("One key signed twice: it counts once, so the second one was put in.")
    for signature, signer in zip(envelope.signatures, found, strict=True):
        ssh.verify(message, signature.armored(), kind.namespace, signer, at)
    return Verified(claimed(envelope, kind), Statement.parse(envelope.content()).subject, found)


def claimed(envelope: Envelope, kind: type[P]) -> P:
    """What an envelope says, before anything proves it: for what has to be known to verify it. Raises Malformed."""
    statement = Statement.parse(envelope.content(), "statement")
    if statement.predicate_type != kind.type_uri():
        raise Malformed(f"The statement is of {statement.predicate_type}, not of {kind.type_uri()}.")
    return kind.parse(rfc8785.dumps(statement.predicate), "predicate")


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding v1: the bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _signature(payload: bytes, namespace: Namespace, key: Path) -> Signature:
    armored = ssh.sign(pae(PAYLOAD_TYPE, payload), namespace, key)
    return Signature(keyid=signed_by(armored), sig=base64.b64encode(armored.encode()).decode())


def _signer(signature: Signature, namespace: Namespace, signers: Sequence[Signer], at: datetime) -> Signer:
    """Who the signature says made it, where they may. ssh-keygen then proves it against this one key."""
    found = [signer for signer in signers if signer.fingerprint == signature.keyid]
    if not found:
        raise NotAuthorised(f"Key {signature.keyid} belongs to nobody.", hint="`distro people list` shows whose count.")
    allowed = [signer for signer in found if namespace in signer.namespaces]
    if not allowed:
        raise NotAuthorised(f"{found[0].principal} may not sign for {namespace} with {signature.keyid}.")
    valid = [signer for signer in allowed if signer.valid_after <= at < signer.valid_before]
    if not valid:
        raise NotAuthorised(
            f"Key {signature.keyid} of {found[0].principal} is revoked or expired (at {at:%Y-%m-%d %H:%M:%S} UTC)."
        )
    return valid[0]
