"""Whatever the samples made goes again. It comes last: on moto some names stay taken for ever."""

from __future__ import annotations

import pytest

from local.provider.resource import Recorded
from tests.local.provider.samples import samples
from tests.local.provider.world import World

pytestmark = pytest.mark.xdist_group("conformance")


def test_what_is_deleted_is_gone(world: World) -> None:
    """In the reverse order of making; a second delete of the same is no error."""
    for name in samples():
        world.thing(name)
    left = {}
    for name, thing in reversed(world.things.items()):
        world.delete(thing)
        held = not isinstance(thing.resource, Recorded) and world.read(thing).id
        if held and thing.sample.name not in STAYING:
            left[name] = thing.state.id
        world.delete(thing)
    world.things.clear()
    assert left == {}


STAYING = {
    "bucket-versioning": "a bucket that had versioning can only suspend it",
    "replica-versioning": "likewise",
    "bucket-encryption": "every bucket has encryption: SSE-S3 comes back",
    "topic-policy": "every topic has a policy: SNS's own comes back",
    "secret-version": "the current value stays until another comes or the secret goes",
    "api-account": "pulumi-aws leaves the role of the account",
    "default-group": "a VPC's default group goes with the VPC",
    "volume-encryption": "an account's setting can only be off",
    "validation": "the wait for a certificate has nothing of its own",
}
"""What AWS itself does not let go of, and why."""


def test_what_was_deleted_can_be_made_again(world: World) -> None:
    """Under the same names: what `down` and `up` of one environment do beside others that stay."""
    for name in samples():
        world.thing(name)
    for thing in reversed(world.things.values()):
        world.delete(thing)
    world.things.clear()
