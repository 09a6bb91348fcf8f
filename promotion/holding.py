"""Who holds an environment, for those who only look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from promotion.schema import Target
from promotion.store import Store
from promotion.tenure import first, newest


@dataclass(frozen=True)
class Holding:
    """`since` by the store's clock; `stale`: not renewed in time; `kept`: why it stays until a person breaks it."""

    holder: str
    since: datetime
    token: int
    stale: bool
    kept: str | None


def holding(store: Store, environment: Target) -> Holding | None:
    """The holder; None where nobody holds it. Raises StoreFailed."""
    last = newest(store, environment)
    if last is None or last.over:
        return None
    kept = last.note if last.state == "kept" else None
    return Holding(str(last.holder), first(store, last).at, last.token, last.expired(store.now()), kept)
