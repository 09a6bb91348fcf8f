"""The newest head of the ledger that this client has seen: an older ledger is never taken for the present one."""

from __future__ import annotations

from pathlib import Path

from infra.errors import OperationFailed
from infra.files import alone, replace
from promotion.entries import START, Position
from promotion.schema import Record


class Seen(Record):
    """What is remembered."""

    head: Position = START


class Memory:
    """A file of this client, one a store."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def head(self) -> Position:
        """The newest head seen. Raises Malformed where the file was changed by hand, OperationFailed."""
        try:
            return Seen.parse(self._path.read_bytes(), str(self._path)).head
        except FileNotFoundError:
            return START
        except OSError as error:
            raise OperationFailed(f"It cannot be read: {error.strerror}.", where=str(self._path)) from error

    def remember(self, head: Position) -> None:
        """Keep it, unless a newer one is kept. Raises OperationFailed."""
        try:
            with alone(self._path):
                if head.number > self.head.number:
                    replace(self._path, Seen(head=head).canonical())
        except OSError as error:
            raise OperationFailed(f"It cannot be written: {error.strerror}.", where=str(self._path)) from error
