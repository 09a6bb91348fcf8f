"""Creating exactly once, although engines, emulators and the provider itself may be killed at any moment."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from local.provider import errors
from local.provider.cloud import Cloud
from local.provider.difference import difference
from local.provider.journal import Journal
from local.provider.naming import Urn
from local.provider.reconcile import reconcile
from local.provider.resource import Created, Inputs, PartlyCreated, Resource


@dataclass(frozen=True)
class Creation:
    """One create of one resource, inputs unwrapped."""

    cloud: Cloud
    journal: Journal
    resource: Resource
    urn: Urn
    inputs: Inputs

    def run(self, held: AbstractSet[str]) -> Created:
        """Adopt what is there already, else make it. `held`: ids the engine knows, which this one will replace."""
        for id in self.journal.live(self.urn.text):
            if id not in held and (adopted := self._adopt(id)):
                return adopted
        if self.journal.interrupted(self.urn.text) and (adopted := self._adopt_existing(held)):
            return adopted
        return self._make(held)

    def _make(self, held: AbstractSet[str]) -> Created:
        interrupted = self.journal.interrupted(self.urn.text)
        self.journal.begin(self.urn.text)
        try:
            created = self.resource.create(self.cloud, self.inputs)
        except PartlyCreated as partial:
            self.journal.created(self.urn.text, partial.id)
            raise
        except Exception as error:
            self.journal.failed(self.urn.text)
            if self._ours(error, interrupted) and (adopted := self._adopt_existing(held)):
                return adopted
            raise
        self.journal.created(self.urn.text, created.id)
        return created

    def _ours(self, error: Exception, interrupted: bool) -> bool:
        """A name that is taken is ours where a create was cut off, the journal says so, or no user took it."""
        if not errors.TAKEN.search(errors.code(error)):
            return False
        known = interrupted or bool(self.journal.live(self.urn.text))
        return known or self.resource.by_itself(self.cloud, self.inputs)

    def _adopt_existing(self, held: AbstractSet[str]) -> Created | None:
        id = self.resource.existing(self.cloud, self.inputs)
        return self._adopt(id) if id is not None and id not in held else None

    def _adopt(self, id: str) -> Created | None:
        """Bring what exists to the wanted inputs; None where it is gone, or had to make way."""
        actual = self.resource.read(self.cloud, id, self.inputs)
        if actual is None:
            self.journal.deleted(self.urn.text, id)
            return None
        before, outputs = reconcile(self.resource, self.inputs, actual)
        change = difference(self.resource, self.urn, before, self.inputs)
        if change.replaces:
            self.resource.delete(self.cloud, id, {**outputs, **before})
            self.journal.deleted(self.urn.text, id)
            return None
        return self._bring(id, before, outputs, changed=bool(change.changes))

    def _bring(self, id: str, before: dict[str, Any], outputs: dict[str, Any], *, changed: bool) -> Created:
        self.journal.created(self.urn.text, id)
        if changed:
            outputs = {**outputs, **self.resource.update(self.cloud, id, before, self.inputs)}
        own = self.resource.served
        computed = {name: value for name, value in outputs.items() if name in own or name not in self.inputs}
        return Created(id, computed)
