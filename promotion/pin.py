"""What this client knows of a store's root of trust: its roots, and the newest version it has seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from infra.errors import OperationFailed
from infra.files import alone, replace
from promotion.location import client_folder
from promotion.schema import Digest, Record
from promotion.trust import TrustBroken, TrustRefused


class Known(Record):
    """`root` is the digest of version 1's roots; `digest` that of the envelope of the newest version seen."""

    root: Digest
    version: Annotated[int, Field(ge=1)]
    digest_seen: Digest


def pin_of(url: str) -> Pin:
    """The pin of a store, by the URL it is opened with."""
    return Pin(client_folder(url) / "trust.json")


class Pin:
    """A file of this client (0600), one a store."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def known(self) -> Known | None:
        """What is known; None for a store that was never seen. Raises Malformed where the file was changed by hand."""
        try:
            return Known.parse(self._path.read_bytes(), str(self._path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise OperationFailed(f"It cannot be read: {error.strerror}.", where=str(self._path)) from error

    @property
    def root(self) -> Digest:
        """The pinned digest of the roots. Raises TrustRefused where nothing is known of the store."""
        known = self.known
        if known is None:
            raise TrustRefused(
                "The root of trust of this store is not known here.",
                hint="Ask a colleague for its digest (`distro people list`), then: distro init --root DIGEST.",
            )
        return known.root

    def check(self, digests: Sequence[Digest]) -> None:
        """Compare with what was seen before. Raises TrustBroken for an older root of trust, or another one."""
        known = self.known
        if known is None:
            return
        if len(digests) < known.version:
            raise TrustBroken(
                f"The store shows version {len(digests)} of the root of trust; version {known.version} was seen here.",
                hint="An older one was put back. Ask whoever runs the store.",
            )
        if digests[known.version - 1] != known.digest_seen:
            raise TrustBroken(f"Version {known.version} of the root of trust is not the one that was seen here before.")

    def remember(self, root: Digest, digests: Sequence[Digest]) -> None:
        """Keep the newest version seen. Raises TrustBroken as `check`, OperationFailed."""
        try:
            with alone(self._path):
                self.check(digests)
                known = Known(root=root, version=len(digests), digest_seen=digests[-1])
                if known != self.known:
                    replace(self._path, known.canonical())
        except OSError as error:
            raise OperationFailed(f"It cannot be written: {error.strerror}.", where=str(self._path)) from error
