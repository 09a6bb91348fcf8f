"""What holds of every sample, whichever emulators hold it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from local.provider.creation import Creation
from local.provider.journal import Journal
from local.provider.secrets import unwrap
from tests.local.provider.world import Thing, World, drift


def reads_back(world: World, thing: Thing) -> None:
    """It comes back as it was made, with its outputs."""
    found = world.read(thing)
    assert found.id == thing.state.id
    assert drift(thing, found) == {}
    assert not world.differs(thing, thing.inputs).changes
    assert [output for output in thing.sample.outputs if not found.outputs.get(output)] == []
    assert [output for output in thing.sample.outputs if not thing.state.outputs.get(output)] == []


def finds_what_it_made(world: World, thing: Thing, folder: Path) -> None:
    """A create that was cut off after its call takes over what is there. `folder`: for its journal."""
    journal = Journal(folder / "journal", "test")
    journal.begin(thing.urn.text)
    inputs = dict(unwrap(thing.inputs))
    with closing(journal):
        found = Creation(world.cloud, journal, thing.resource, thing.urn, inputs).run(frozenset())
    assert found.id == thing.state.id


def changes_and_back(world: World, thing: Thing, number: int) -> None:
    """One of its sample's changes reaches the emulator, and so does its end."""
    before = thing.inputs
    change = thing.sample.changes[number]
    stays = all(thing.resource.properties[name].computed for name in change)
    for inputs in (world.changed(thing, change), before):
        difference = world.differs(thing, inputs)
        assert difference.changes or (stays and inputs is before)
        assert not difference.replaces
        world.update(thing, inputs)
        assert drift(thing, world.read(thing)) == {}
