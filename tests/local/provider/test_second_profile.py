"""The types that the light profile keeps in another emulator, held to what `test_conformance` asks of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.profiles import MINISTACK
from local.provider.cloud import Cloud, EndpointMap
from local.provider.registry import registry
from tests.local.emulators import alone
from tests.local.provider import checks
from tests.local.provider.samples import samples
from tests.local.provider.test_conformance import ANEW, NAMELESS
from tests.local.provider.test_removal import STAYING
from tests.local.provider.world import World

pytestmark = pytest.mark.xdist_group("ministack")

NAMES = [
    name
    for name, sample in samples().items()
    if MINISTACK.services.get(registry().resources[sample.type].service) == "ministack"
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """MiniStack and its companion, without the rest of a sandbox."""
    with alone.running(tmp_path_factory.mktemp("light"), "ministack", "moto") as emulators:
        plan = emulators.plan
        ours = ("ministack", "moto")
        urls = {name: plan.url(component) for name, component in MINISTACK.services.items() if component in ours}
        made = World(Cloud(EndpointMap(urls, plan.root)))
        yield made
        made.lifecycle.close()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_kept_as_it_was_made_and_changed(world: World, name: str, tmp_path: Path) -> None:
    thing = world.thing(name)
    checks.reads_back(world, thing)
    if thing.sample.type not in ANEW and name not in NAMELESS:
        checks.finds_what_it_made(world, thing, tmp_path)
    for number in range(len(thing.sample.changes)):
        checks.changes_and_back(world, thing, number)


def test_what_is_deleted_is_gone(world: World) -> None:
    left = {}
    for name, thing in reversed(world.things.items()):
        world.delete(thing)
        if name in NAMES and name not in STAYING and world.read(thing).id:
            left[name] = thing.state.id
    assert left == {}
