"""What the stacks of one emulated account share: its emulators, its state backend, and a lock.

Whoever deploys holds the lock with others (shared). Whoever begins a new generation of the emulators, which makes all
states worthless, or ends the account, holds it alone (exclusive), so that nobody's state is discarded under his hands.
"""

from __future__ import annotations

import fcntl
import os
import random
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from local import sandbox as clouds
from operations.target import Target


class Account:
    """The account of a target, while somebody works on it: `held` makes one."""

    def __init__(self, target: Target, lock: int) -> None:
        self._target = target
        self._lock = lock

    def alone(self, unless: Callable[[], bool] = lambda: False) -> None:
        """Keep others away, once nobody else works on it; not if meanwhile somebody did what was to be done."""
        while not unless():
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                # That gave up our hold (flock(2)): others who wait as we do get their turn.
                time.sleep(0.02 + 0.03 * random.random())  # noqa: S311 -- spreads tries, no secret
                self.together()
            else:
                return

    def together(self) -> None:
        """Let others work on it as well."""
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    @property
    def generation(self) -> str | None:
        """The generation of emulators that the states describe; None where there are no states."""
        return generation(self._target)

    @property
    def current(self) -> bool:
        """Whether the states describe the emulators that run now."""
        running = clouds.load(self._target.emulators)
        return running is not None and running.generation == self.generation

    def begin(self, generation: str) -> None:
        """The states are those of this generation from now on."""
        _marker(self._target).write_text(generation)

    def discard(self) -> None:
        """Make an empty backend. Its passphrase, which encrypts the secrets of its states, is made and gone with it."""
        for folder in (self._target.backend, *self._target.account.glob("**/workspace")):
            shutil.rmtree(folder, ignore_errors=True)
        self._target.backend.mkdir(mode=0o700, parents=True)
        secret = self._target.backend / "passphrase"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(32))


def generation(target: Target) -> str | None:
    """The generation of emulators that the target's state describes; None where there is no state."""
    try:
        return _marker(target).read_text()
    except FileNotFoundError:
        return None


@contextmanager
def held(target: Target) -> Iterator[Account]:
    """The target's account, with others; waits for whoever has it alone."""
    lock = _open(target.account)
    try:
        yield Account(target, lock)
    finally:
        os.close(lock)


def _open(home: Path) -> int:
    """The lock, shared. Its file goes with the account: one that was removed meanwhile is nobody's lock any more."""
    while True:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(home / "account.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_SH)
        if _is_at(home / "account.lock", lock):
            return lock
        os.close(lock)


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _marker(target: Target) -> Path:
    return target.backend / "generation"
