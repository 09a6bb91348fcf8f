"""Where the store of this checkout is, its anchor, and what this client remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.paths import memory_home, state_home
from promotion.anchor import Anchor, anchor_of, open_anchor
from promotion.ledger import Ledger
from promotion.memory import Memory
from promotion.schema import digest_of
from promotion.store import Store

VARIABLE = "DISTRO_STORE"
"""A team's store, `s3://bucket/prefix`; without it everything lies in this checkout."""
ANCHOR = "DISTRO_ANCHOR"
"""The store's anchor, `ssm:///name?region=…`; without it beside a folder, or in the account's parameters."""
SANDBOX = "DISTRO_SANDBOX"
"""Which of several rehearsals."""


@dataclass(frozen=True)
class Location:
    """A store with what makes its ledger one: the anchor, and this client's memory of the head."""

    store: Store
    anchor: Anchor
    memory: Memory

    def ledger(self) -> Ledger:
        """The ledger, read when it is asked."""
        return Ledger(self.store, self.anchor, self.memory)


def open_store(environment: Mapping[str, str], *, rehearsal: bool) -> Store:
    """The store that the variables name; a rehearsal has its own whatever they say. Raises UsageError for a bad URL."""
    if rehearsal:
        return Store.open(f"file://{state_home() / 'rehearsal' / environment.get(SANDBOX, 'default') / 'store'}")
    return Store.open(environment.get(VARIABLE) or f"file://{state_home() / 'store'}")


def open_location(environment: Mapping[str, str], *, rehearsal: bool) -> Location:
    """The store with its anchor and memory. Raises UsageError for a bad URL, or where no region is set for one."""
    store = open_store(environment, rehearsal=rehearsal)
    named = None if rehearsal else environment.get(ANCHOR)
    return Location(store, open_anchor(named or anchor_of(store.url)), Memory(client_folder(store.url) / "head.json"))


def client_folder(url: str) -> Path:
    """Where this client keeps what it knows of a store: of one inside the checkout's own state, beside it.

    So whoever deletes such a store with all around it has forgotten it, and a new one is no older one put back.
    """
    if url.startswith(f"file://{state_home()}/"):
        return Path(url.removeprefix("file://")).parent / "memory"
    return memory_home() / "stores" / digest_of(url.encode()).removeprefix("sha256:")[:16]
