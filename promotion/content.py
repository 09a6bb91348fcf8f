"""Content that is named by its digest: kept once, verified at every reading."""

from __future__ import annotations

from infra.errors import OperationFailed
from promotion.schema import digest_of
from promotion.store import Exists, Store


def keep(store: Store, prefix: str, data: bytes) -> str:
    """Keep it below a prefix; finding it there is fine. Returns its digest, `sha256:…`."""
    digest = digest_of(data)
    create(store, path(prefix, digest), data)
    return digest


def load(store: Store, prefix: str, digest: str) -> bytes:
    """What was kept. Raises Missing, and OperationFailed where it is something else now."""
    place = path(prefix, digest)
    data = store.read(place)
    if digest_of(data) != digest:
        raise OperationFailed("It is not what its name says: it was changed.", where=place)
    return data


def create(store: Store, place: str, data: bytes) -> None:
    """Make an object, or find the same there. Raises OperationFailed where something else has its name."""
    try:
        store.create(place, data)
    except Exists as error:
        if not error.same:
            raise OperationFailed("Something else is stored here: the store was changed.", where=place) from error


def path(prefix: str, digest: str) -> str:
    """`prefix/<64 hexadecimal digits>`."""
    return f"{prefix}/{digest.removeprefix('sha256:')}"
