"""Writing to an environment outside of promotions: under its lease, intent and end on the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from promotion.acquiring import Ending, Leases
from promotion.location import Location
from promotion.schema import Digest, Target
from promotion.tenure import user


@contextmanager
def unreleased(
    location: Location, target: Target, command: str, state: Callable[[], Digest], *, wait: float = 0
) -> Iterator[None]:
    """Deploy something that is no release in the block; `state` gives the digest of what is there afterwards.

    The environment counts as running none from then on, also where the block fails. Raises EnvironmentBusy, and as
    `Ledger.append`.
    """
    with _operation(location, target, command, wait) as ending:
        yield
        ending.state = state()
        ending.result = "done"


@contextmanager
def gone(location: Location, target: Target, command: str) -> Iterator[None]:
    """Destroy all of it in the block: what comes next is a first deployment. Raises as `unreleased`.

    Where the block fails, something is left that is no release.
    """
    with _operation(location, target, command, wait=0) as ending:
        yield
        ending.result, ending.gone = "done", True


@contextmanager
def _operation(location: Location, target: Target, command: str, wait: float) -> Iterator[Ending]:
    """However it ends, no release runs there afterwards."""
    ledger = location.ledger()
    before = ledger.read().state(target)
    with Leases(location.store, ledger).operation(target, user(), command, before, wait=wait) as ending:
        ending.unreleased = True
        yield ending
