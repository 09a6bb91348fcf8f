"""What the engine was last told of each resource, and whether the emulators still hold the same.

An `up` that ends well settles the memory: from then on it can be asked whether anything differs from what the engine's
state says. An engine that merely looks (a preview's reading back) changes what was told last, never what was settled.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from local.provider.naming import Urn
from local.provider.properties import pick
from local.provider.secrets import unwrap
from local.provider.wire import to_struct

Values = Mapping[str, Any]
Key = tuple[str, str]
"""URN and id."""
_READING = 16
"""Reads at once: more only queue up in the emulators, which answer one request at a time."""


@dataclass(frozen=True)
class Told:
    """Inputs and outputs as the engine got them, secrets wrapped."""

    inputs: Values = field(repr=False)
    outputs: Values = field(repr=False)

    def holds(self, found: Told, observed: Iterable[str]) -> bool:
        """Whether what was found is what was told.

        An output that only reading back gives, or that is merely `observed`, is no difference.
        """
        compared = self.outputs.keys() - set(observed)
        outputs = (pick(unwrap(each.outputs), compared) for each in (self, found))
        return _same(unwrap(self.inputs), unwrap(found.inputs)) and _same(*outputs)


Holds = Callable[[Urn, str, Told], bool]
"""Whether a resource is still as it was told. Raises Failure where it cannot be read."""


class Memory:
    """Thread-safe; lives as long as the provider's process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[Key, Told] = {}
        self._settled: dict[str, tuple[str, dict[Key, Told]]] = {}

    def tell(self, urn: Urn, id: str, told: Told) -> None:
        """The engine gets this answer."""
        with self._lock:
            self._told[urn.text, id] = told

    def forget(self, urn: Urn, id: str) -> None:
        """The resource is gone."""
        with self._lock:
            self._told.pop((urn.text, id), None)

    def settle(self, stack: str, resources: Iterable[Key]) -> str | None:
        """Hold what was told of a stack's resources, in place of what was settled before; returns what to ask with.

        None where one of them was never spoken of: this process is younger than the resource.
        """
        with self._lock:
            self._settled.pop(stack, None)
            try:
                held = {key: self._told[key] for key in resources}
            except KeyError:
                return None
            token = secrets.token_hex(8)
            self._settled[stack] = token, held
            return token

    def unchanged(self, stack: str, token: str, holds: Holds) -> bool:
        """Read every resource of what was settled: whether all are as they were. False for an unknown token."""
        with self._lock:
            settled = self._settled.get(stack)
        if settled is None or settled[0] != token:
            return False
        with ThreadPoolExecutor(_READING, thread_name_prefix="read-back") as pool:
            answers = [pool.submit(holds, Urn(key[0]), key[1], told) for key, told in settled[1].items()]
            try:
                return all(answer.result() for answer in answers)
            finally:
                pool.shutdown(cancel_futures=True)


def _same(one: Values, other: Values) -> bool:
    return one == other or bool(to_struct(one) == to_struct(other))
