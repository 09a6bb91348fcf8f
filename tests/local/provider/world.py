"""Samples brought to life: each made once, after those that it refers to, through the provider."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.provider.cloud import Cloud
from local.provider.difference import Difference, content
from local.provider.lifecycle import Lifecycle, Result
from local.provider.naming import Urn
from local.provider.registry import registry
from local.provider.resource import Resource
from local.provider.secrets import unwrap
from tests.local.provider.samples import Ref, Sample, samples

STEPS = ("start", "again")


@dataclass
class Thing:
    """One made resource, as the engine's state would hold it."""

    sample: Sample
    urn: Urn
    inputs: dict[str, Any]
    state: Result

    @property
    def resource(self) -> Resource:
        """Its type."""
        return registry().resources[self.sample.type]

    @property
    def outputs(self) -> dict[str, Any]:
        """Its outputs, secrets unwrapped."""
        return dict(unwrap(self.state.outputs))


@dataclass
class World:
    """Everything that was made so far, in the order of its making."""

    cloud: Cloud
    things: dict[str, Thing] = field(default_factory=dict)
    _numbers: Any = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.lifecycle = Lifecycle(self.cloud, registry())
        self.lifecycle.begin_run("test", "engine")

    def thing(self, name: str) -> Thing:
        """The resource of a sample, made now if it is not there yet."""
        if name not in self.things:
            self.things[name] = self.make(samples()[name])
        return self.things[name]

    def make(self, sample: Sample) -> Thing:
        """Check and create, as an `up` does."""
        for need in sample.needs():
            self.thing(need)
        urn = Urn(f"urn:pulumi:test::distro::{sample.type}::{sample.name}")
        inputs = self.checked(urn, {}, self.filled(sample.inputs))
        return Thing(sample, urn, inputs, self.lifecycle.create(urn, inputs, preview=False))

    def checked(self, urn: Urn, old: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Inputs as the provider completes them."""
        checked = self.lifecycle.check(urn, old, given)
        assert not checked.failures, checked.failures
        return checked.inputs

    def changed(self, thing: Thing, change: Mapping[str, Any]) -> dict[str, Any]:
        """The thing's inputs with a change; None takes a property away."""
        given = {**self.filled(thing.sample.inputs), **self.filled(change)}
        return self.checked(
            thing.urn, thing.inputs, {name: value for name, value in given.items() if value is not None}
        )

    def differs(self, thing: Thing, inputs: Mapping[str, Any]) -> Difference:
        """What Diff says."""
        return self.lifecycle.diff(thing.urn, thing.state.id, thing.inputs, inputs)

    def update(self, thing: Thing, inputs: dict[str, Any]) -> None:
        """Update, as an `up` does."""
        state = thing.state
        thing.state = self.lifecycle.update(thing.urn, state.id, state.outputs, thing.inputs, inputs, preview=False)
        thing.inputs = inputs

    def read(self, thing: Thing) -> Result:
        """Read, as a refresh does."""
        return self.lifecycle.read(thing.urn, thing.state.id, thing.state.outputs, thing.inputs)

    def delete(self, thing: Thing) -> None:
        """Delete."""
        self.lifecycle.delete(thing.urn, thing.state.id, thing.state.outputs, thing.inputs)

    def filled(self, value: Any) -> Any:
        """A value with its references resolved."""
        if isinstance(value, Ref):
            thing = self.thing(value.sample)
            return thing.state.id if value.output == "id" else thing.outputs[value.output]
        if isinstance(value, Mapping):
            return {key: self.filled(member) for key, member in value.items()}
        return [self.filled(member) for member in value] if isinstance(value, list | tuple) else value


def drift(thing: Thing, found: Result) -> dict[str, tuple[Any, Any]]:
    """Inputs that a read gives back differently, as (recorded, found); contents of archives by their hash."""
    before, after = unwrap(thing.inputs), unwrap(found.inputs)
    names = sorted(before.keys() | after.keys())
    return {
        name: (before.get(name), after.get(name))
        for name in names
        if content(before.get(name)) != content(after.get(name))
    }
