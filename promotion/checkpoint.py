"""Signed checkpoints: somebody with a key says what the ledger's head was, and when. One a head, made once.

Without the key nobody can make a chain anew up to a checkpoint, nor take one away unnoticed from a bundle, which holds
exactly what its checkpoint covers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from infra.errors import DistroError, UsageError
from promotion.chain import Claim, Problem
from promotion.entries import Entry, Number, Objects, Position, Reference
from promotion.entries import path_of as entry_path
from promotion.kinds import payload_of
from promotion.kinds.records import CheckpointSigned
from promotion.ledger import Ledger
from promotion.schema import Malformed, Moment, digest_of
from promotion.signing import Envelope, Predicate, Subject, claimed, sign, verify
from promotion.ssh import Namespace, Signer
from promotion.store import Exists, Store

PREFIX = "checkpoints"
_ARMOR = re.compile(
    r"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/]{70}\n)*[A-Za-z0-9+/]{1,70}={0,2}\n-----END SSH SIGNATURE-----\n"
)


class Checkpoint(Predicate):
    """The head was entry `number` at `at` (the store's time). Its subject is that entry."""

    namespace: ClassVar[Namespace] = Namespace.CHECKPOINT
    number: Number
    at: Moment


@dataclass(frozen=True)
class Signed:
    """A checkpoint whose signature held: what the head was, when, and who says so."""

    position: Position
    at: datetime
    signer: str

    def claim(self) -> Claim:
        """What it says of the ledger."""
        return Claim(self.position, f"the checkpoint that {self.signer} signed")


def path_of(number: int) -> str:
    """Name of the object."""
    return f"{PREFIX}/{number:012d}.json"


def make(ledger: Ledger, store: Store, key: Path, signers: Sequence[Signer]) -> int:
    """Sign the ledger's head, store that, put it on the record, and return the head's number.

    Where nothing happened since the last one, that one counts. Raises UsageError for an empty ledger or a key that
    cannot sign, NotAuthorised for one that may not, and what `Ledger.append` raises.
    """
    ledger.read()
    if not ledger.entries:
        raise UsageError("The ledger is empty: there is nothing to sign.")
    if covered := _covered(ledger.entries[-1]):
        return covered
    head = ledger.head
    path = path_of(head.number)
    stated = Checkpoint(number=head.number, at=ledger.now())
    data = sign(stated, [Subject.of(entry_path(head.number), head.entry)], key).canonical()
    signed = opened(data, path, signers)
    try:
        store.create(path, data)
    except Exists:  # somebody else's, of the same head
        data = store.read(path)
        signed = opened(data, path, signers)
    reference = Reference(path=path, content=digest_of(data))
    ledger.append(CheckpointSigned(checkpoint=reference), environment=None, actor=signed.signer)
    return head.number


def newest(ledger: Ledger) -> int:
    """The number that the newest checkpoint on the record covers. Raises UsageError where there is none."""
    ledger.read()
    for entry in reversed(ledger.entries):
        payload = payload_of(entry)
        if isinstance(payload, CheckpointSigned):
            return int(payload.checkpoint.path[len(PREFIX) + 1 : -len(".json")])
    raise UsageError(
        "No checkpoint was signed yet: a bundle would prove nothing.",
        hint="Give --key FILE, of somebody who may sign checkpoints (`distro people list`).",
    )


def _covered(newest: Entry) -> int | None:
    """The number of the entry before, where the newest one says that it was signed."""
    payload = payload_of(newest)
    before = newest.number - 1
    signed = isinstance(payload, CheckpointSigned) and payload.checkpoint.path == path_of(before)
    return before if signed else None


def opened(data: bytes, path: str, signers: Sequence[Signer]) -> Signed:
    """Read one and check its signature, by a key that might sign at the time it names.

    Raises Malformed, BadSignature, NotAuthorised.
    """
    envelope = Envelope.parse(data, path)
    if not all(_ARMOR.fullmatch(signature.armored()) for signature in envelope.signatures):
        raise Malformed("a signature that is not written as ssh-keygen writes it.", where=path)
    stated = claimed(envelope, Checkpoint)
    found = verify(envelope, Checkpoint, signers, stated.at)
    position = Position(number=stated.number, entry=f"sha256:{found.subjects[0].digests.sha256}")
    if found.subjects != (Subject.of(entry_path(position.number), position.entry),):
        raise Malformed("a checkpoint of something else than one entry.", where=path)
    if path != path_of(position.number):
        raise Malformed(f"the checkpoint of entry {position.number}, put in this place.", where=path)
    return Signed(position, stated.at, found.signers[0].principal)


def claims(objects: Objects, signers: Sequence[Signer]) -> Iterator[Claim | Problem]:
    """What all checkpoints say; a Problem for each that is none. Raises StoreFailed."""
    for path in objects.names(PREFIX):
        try:
            yield opened(objects.read(path), path, signers).claim()
        except DistroError as error:
            yield Problem(0, f"{path}: {error.message}")
