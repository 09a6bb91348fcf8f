"""Signed objects in the store: kept by the digest of their bytes, read back and verified side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from infra.errors import DistroError
from promotion.entries import Reference
from promotion.reading import side_by_side
from promotion.schema import digest_of
from promotion.signing import Envelope
from promotion.store import Exists, Store

T = TypeVar("T")


@dataclass(frozen=True)
class Read(Generic[T]):
    """What verified, and why the rest did not: `approvals/…: The signature of dana does not hold: …`."""

    good: tuple[T, ...]
    refused: tuple[str, ...]


def keep(store: Store, folder: str, envelope: Envelope) -> Reference:
    """Store an envelope as `<folder>/<hexadecimal digest>.json`; kept already, it is left as it is.

    Raises StoreFailed, and Exists where something else has its name.
    """
    data = envelope.canonical()
    reference = Reference(path=f"{folder}/{digest_of(data).removeprefix('sha256:')}.json", content=digest_of(data))
    try:
        store.create(reference.path, data)
    except Exists as error:
        if not error.same:
            raise
    return reference


def read_all(store: Store, references: Iterable[Reference], verify: Callable[[bytes], T]) -> Read[T]:
    """Read and verify each object; one that was changed, is missing or does not verify is refused, not raised."""

    def one(reference: Reference) -> T | str:
        try:
            data = store.read(reference.path)
            if digest_of(data) != reference.content:
                return f"{reference.path}: it was changed"
            return verify(data)
        except DistroError as error:
            return f"{reference.path}: {error.message}"

    found = list(side_by_side(one, references))
    return Read(
        tuple(each for each in found if not isinstance(each, str)),
        tuple(each for each in found if isinstance(each, str)),
    )
