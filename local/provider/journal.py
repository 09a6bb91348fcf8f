"""What this generation of the sandbox was asked to make, and what came of it.

The engine may be killed before it records a resource, or run without writing its state after each step. The journal
is the provider's own memory: a create for a URN that it knows as alive adopts that resource instead of making a second
one. Append-only lines; a line cut off by a kill is ignored.
"""

from __future__ import annotations

import json
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

NAME = "provider.journal"


class Journal:
    """Thread-safe. Resources of another generation died with its emulators and are forgotten."""

    def __init__(self, path: Path, generation: str) -> None:
        self._generation = generation
        self._path = path
        self._lock = threading.Lock()
        self._live: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._begun: set[str] = set()
        for entry in _entries(path):
            if entry.get("generation") == generation:
                self._apply(entry)
        self._file: IO[str] | None = None

    def begin(self, urn: str) -> None:
        """A create is about to be sent: if nothing follows, it may have happened or not."""
        self._write({"event": "begin", "urn": urn})

    def created(self, urn: str, id: str) -> None:
        """The resource exists."""
        self._write({"event": "created", "urn": urn, "id": id})

    def failed(self, urn: str) -> None:
        """The create was answered with an error: nothing exists."""
        self._write({"event": "failed", "urn": urn})

    def deleted(self, urn: str, id: str) -> None:
        """The resource is gone."""
        with self._lock:
            known = id in self._live.get(urn, {})
        if known:
            self._write({"event": "deleted", "urn": urn, "id": id})

    def live(self, urn: str) -> list[str]:
        """The ids known under a URN, oldest first."""
        with self._lock:
            return list(self._live.get(urn, ()))

    def interrupted(self, urn: str) -> bool:
        """Whether a create of this URN was begun and never answered."""
        with self._lock:
            return urn in self._begun

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

    def _write(self, entry: dict[str, Any]) -> None:
        with self._lock:
            self._apply(entry)
            if self._file is None:
                self._file = _append_to(self._path)
            self._file.write(json.dumps({**entry, "generation": self._generation}) + "\n")
            self._file.flush()

    def _apply(self, entry: dict[str, Any]) -> None:
        urn, event = str(entry["urn"]), entry["event"]
        self._begun.discard(urn)
        if event == "begin":
            self._begun.add(urn)
        elif event == "created":
            self._live[urn][str(entry["id"])] = None
        elif event == "deleted":
            self._live[urn].pop(str(entry["id"]), None)


def _append_to(path: Path) -> IO[str]:
    """Open for appending, behind a line of its own: the last one may have been cut off."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8")
    if torn:
        file.write("\n")
    return file


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # cut off by a kill
        if isinstance(entry, dict) and {"event", "urn"} <= entry.keys():
            yield entry
