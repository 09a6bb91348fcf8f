"""What all types share: checking, naming, comparing, creating once, reading back, updating, deleting.

Works on plain Python values in which secrets are still wrapped, as the engine sent them; server.py does the protocol.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from local.provider.cloud import Cloud
from local.provider.creation import Creation
from local.provider.difference import Difference, difference
from local.provider.failures import Failure, answer, explain
from local.provider.inputs import Checked, check
from local.provider.journal import NAME, Journal
from local.provider.memory import Memory, Told
from local.provider.naming import Urn
from local.provider.properties import MISSING, pick
from local.provider.reconcile import reconcile, with_common
from local.provider.registry import Registry
from local.provider.resource import Resource
from local.provider.secrets import Path, Secrets, conceal, reveal, unwrap

Values = Mapping[str, Any]
T = TypeVar("T")

LOG = logging.getLogger("provider")
REGIONAL_ID = re.compile(r"^(?P<id>.+)@(?P<region>[a-z]{2}(-[a-z]+)+-\d)$")
"""How pulumi-aws 7 imports from another region."""


@dataclass(frozen=True)
class Result:
    """What the engine records: an id ("" when gone), outputs, and, from a read, inputs."""

    id: str
    outputs: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Lifecycle:
    """The provider without its protocol. Thread-safe."""

    cloud: Cloud
    registry: Registry
    memory: Memory = field(default_factory=Memory)
    _held: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _runs: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def journal(self) -> Journal:
        """Opened at first use: the sandbox's record may be written after the provider has started."""
        return Journal(self.cloud.sandbox.root / NAME, self.cloud.sandbox.generation)

    def close(self) -> None:
        """Let go of the journal's file."""
        self.journal.close()

    def begin_run(self, stack: str, engine: str) -> None:
        """An engine works on a stack; a new one knows nothing of what the one before held there.

        Engines of several stacks may run at once.
        """
        with self._lock:
            if engine != self._runs.get(stack):
                self._runs[stack] = engine
                for urn in [urn for urn in self._held if Urn(urn).stack == stack]:
                    del self._held[urn]

    def check(self, urn: Urn, old: Values, new: Values) -> Checked:
        """Inputs with defaults and a name, or why they are refused."""
        replaced = sorted(self._held[urn.text] & set(self.journal.live(urn.text))) if self._held.get(urn.text) else []
        return check(self.registry, urn, old, new, replaced=replaced[0] if replaced else "")

    def diff(self, urn: Urn, id: str, old: Values, new: Values) -> Difference:
        """What changed, secrets compared by value."""
        self._hold(urn, id)
        return difference(self._resource(urn), urn, unwrap(old), unwrap(new))

    def create(self, urn: Urn, wrapped: Values, *, preview: bool) -> Result:
        """Make it, or adopt what an earlier, killed run made; a preview calls nothing."""
        resource = self._resource(urn)
        inputs, secrets = reveal(wrapped)
        secrets = secrets | declared_secrets(resource, inputs)
        if preview:  # what the emulator chooses itself is not promised: a plan would hold the deployment to it
            known = {name: value for name, value in inputs.items() if name not in resource.served}
            return Result("", self._outputs(resource, known, inputs, secrets))
        creation = Creation(self.cloud, self.journal, resource, urn, inputs)
        with self._lock:
            held = set(self._held.get(urn.text, ()))
        made = self._attempt(resource, urn, inputs, secrets, lambda: creation.run(held))
        outputs = self._outputs(resource, {**inputs, **present(made.outputs)}, inputs, secrets)
        self.memory.tell(urn, made.id, Told(wrapped, outputs))
        return Result(made.id, outputs)

    def read(self, urn: Urn, id: str, state: Values, recorded: Values) -> Result:
        """What the emulator holds; without recorded inputs this is an import."""
        found = self.look(urn, id, state, recorded)
        if not found.id:
            self._forget(urn, _regional(id, unwrap(recorded))[0])
            return found
        self._hold(urn, found.id)
        self.memory.tell(urn, found.id, Told(found.inputs, found.outputs))
        return found

    def unchanged(self, stack: str, token: str) -> bool:
        """Whether every resource is as it was when the memory was settled. Raises Failure where one cannot be read."""
        return self.memory.unchanged(stack, token, self._holds)

    def _holds(self, urn: Urn, id: str, told: Told) -> bool:
        found = self.look(urn, id, told.outputs, told.inputs)
        observed = self._resource(urn).observed
        held = found.id == id and told.holds(Told(found.inputs, found.outputs), observed)
        if not held:
            LOG.info("%s is not as it was deployed", urn.text)
        return held

    def look(self, urn: Urn, id: str, state: Values, recorded: Values) -> Result:
        """The same as `read`, for somebody who is not the engine: nothing is taken down."""
        resource = self._resource(urn)
        inputs, secrets = reveal(recorded)
        before, more = reveal(state)
        secrets = secrets | more | declared_secrets(resource, inputs)
        id, place = _regional(id, inputs)
        given = {**inputs, **place}
        actual = self._attempt(resource, urn, given, secrets, lambda: resource.read(self.cloud, id, given))
        if actual is None:
            return Result("")
        canonical, actual = str(actual.get("id", id)), {**actual, **place}
        actual.pop("id", None)
        found = self._found(resource, canonical, before, inputs, actual, secrets | declared_secrets(resource, actual))
        return replace(found, inputs={**found.inputs, **place})

    def _found(
        self, resource: Resource, id: str, before: Values, recorded: Values, actual: Values, secrets: Secrets
    ) -> Result:
        inputs, outputs = reconcile(resource, recorded, actual, before)
        if "region" in recorded:
            inputs["region"] = recorded["region"]
        return Result(id, self._outputs(resource, outputs, recorded, secrets), conceal(inputs, secrets))

    def _outputs(self, resource: Resource, outputs: Values, inputs: Values, secrets: Secrets) -> dict[str, Any]:
        secrets = secrets | declared_secrets(resource, outputs)
        return conceal(with_common(resource, outputs, inputs.get("region") or self.cloud.region), secrets)

    def update(self, urn: Urn, id: str, state: Values, old: Values, new: Values, *, preview: bool) -> Result:
        """Change it in place; changes of recorded properties alone need no call."""
        resource = self._resource(urn)
        before, old_secrets = reveal(old)
        after, secrets = reveal(new)
        outputs = self._kept(resource, unwrap(state), before, after)
        secrets = secrets | declared_secrets(resource, after) | reveal(state)[1]
        self._hold(urn, id)
        if preview:
            known = {name: value for name, value in outputs.items() if name not in resource.volatile}
            return Result(id, self._outputs(resource, known, after, secrets))
        hidden = secrets | old_secrets
        changed = self._attempt(resource, urn, after, hidden, lambda: resource.update(self.cloud, id, before, after))
        told = self._outputs(resource, {**outputs, **present(changed)}, after, secrets)
        self.memory.tell(urn, id, Told(new, told))
        return Result(id, told)

    def delete(self, urn: Urn, id: str, state: Values, inputs: Values) -> None:
        """Remove it; what is gone already is done."""
        resource = self._resource(urn)
        plain, secrets = reveal({**state, **inputs})
        self._attempt(resource, urn, plain, secrets, lambda: resource.delete(self.cloud, id, plain))
        self._forget(urn, id)

    def invoke(self, token: str, wrapped: Values) -> dict[str, Any]:
        """Call a function; Failure where none is known by that token."""
        if token not in self.registry.invokes:
            raise Failure(f"{token} is a function that the emulated provider does not know")
        arguments, secrets = reveal(wrapped)
        try:
            return conceal(present(self.registry.invokes[token](self.cloud, arguments)), secrets)
        except Exception as error:
            raise Failure(secrets.mask(f"{token}: {answer(token.split(':', maxsplit=1)[0], error)}")) from error

    def _resource(self, urn: Urn) -> Resource:
        try:
            return self.registry.resources[urn.type]
        except KeyError:
            raise Failure(f"{urn.type} {urn.name}: the emulated provider does not know this type") from None

    def _attempt(self, resource: Resource, urn: Urn, inputs: Values, secrets: Secrets, call: Callable[[], T]) -> T:
        try:
            return call()
        except Exception as error:
            cause = getattr(error, "cause", None) or error
            left = getattr(error, "id", "") if cause is not error else ""
            raise Failure(explain(resource, urn.name, inputs, secrets, cause), left=left) from error

    def _kept(self, resource: Resource, state: Values, old: Values, new: Values) -> dict[str, Any]:
        """Outputs before an update: computed ones stay, inputs are the new ones."""
        rules = resource.properties
        computed = {
            name: value
            for name, value in state.items()
            if name not in rules or (rules[name].computed and name not in old)
        }
        return {**computed, **new, **pick(state, resource.served)}

    def _hold(self, urn: Urn, id: str) -> None:
        with self._lock:
            self._held[urn.text].add(id)

    def _forget(self, urn: Urn, id: str) -> None:
        self.journal.deleted(urn.text, id)
        self.memory.forget(urn, id)
        with self._lock:
            self._held[urn.text].discard(id)


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """The members that have a value."""
    return {name: value for name, value in values.items() if value is not None and value is not MISSING}


def declared_secrets(resource: Resource, values: Values) -> Secrets:
    """The properties that the type itself calls secret, whatever the program says."""
    declared = [*resource.sensitive, *(name for name, rule in resource.properties.items() if rule.secret)]
    names = [name for name in declared if values.get(name) is not None]
    paths: frozenset[Path] = frozenset((name,) for name in names)
    texts = frozenset(values[name] for name in names if isinstance(values[name], str))
    return Secrets(paths, texts)


def _regional(id: str, inputs: Values) -> tuple[str, dict[str, str]]:
    """An import's id without its region, and the region as an input."""
    match = None if inputs else REGIONAL_ID.match(id)
    return (match["id"], {"region": match["region"]}) if match else (id, {})
