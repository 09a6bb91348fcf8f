"""What is emulated is told property by property, and proved from the emulators."""

from __future__ import annotations

from typing import Any

import pytest

from local.provider import parity
from local.provider.parity import Mismatch, PropertyParity
from local.provider.wire import SECRET, SIGNATURE
from tests.local.provider.world import Thing, World

pytestmark = pytest.mark.xdist_group("conformance")
ROOT: dict[str, Any] = {
    "urn": "urn:pulumi:test::distro::pulumi:pulumi:Stack::it",
    "type": "pulumi:pulumi:Stack",
    "custom": False,
}


def state(thing: Thing, **inputs: Any) -> dict[str, Any]:
    """A resource as an exported state holds it."""
    return {
        "urn": thing.urn.text,
        "type": thing.sample.type,
        "custom": True,
        "id": thing.state.id,
        "inputs": {**thing.inputs, **inputs},
        "outputs": thing.state.outputs,
    }


def test_what_is_held_is_proved(world: World) -> None:
    held = [state(world.thing(name)) for name in ("queue-autonamed", "role", "log-group", "bucket")]
    assert parity.proof(world.cloud, [ROOT, *held]) == []


def test_what_differs_is_named(world: World) -> None:
    queue, gone = world.thing("queue-autonamed"), world.thing("log-group")
    found = parity.proof(world.cloud, [state(queue, delaySeconds=77), {**state(gone), "id": "/nothing/there"}])
    assert found == [
        Mismatch(queue.urn.text, "aws:sqs/queue:Queue", "delaySeconds", "77", "0"),
        Mismatch(gone.urn.text, "aws:cloudwatch/logGroup:LogGroup", "", "/nothing/there", "gone"),
    ]


def test_a_secret_is_compared_and_not_shown(world: World) -> None:
    parameter = world.thing("parameter-secure")
    shown = state(parameter, value={SIGNATURE: SECRET, "plaintext": '"something else"'})
    assert [(each.property, each.expected, each.actual) for each in parity.proof(world.cloud, [shown])] == [
        ("value", "[secret]", "[another secret]")
    ]
    sealed = state(parameter, value={SIGNATURE: SECRET, "ciphertext": "v1:abc"})
    assert parity.proof(world.cloud, [sealed]) == []


def test_the_table_has_a_reason_for_everything_that_is_not_applied() -> None:
    for each in parity.catalogue():
        for name, held in each.properties.items():
            assert held.status == "applied" or held.reason, f"{each.type} {name}"


def test_a_type_is_applied_where_any_of_its_used_properties_is() -> None:
    used: list[dict[str, Any]] = [
        {"urn": "u", "type": "aws:sqs/queue:Queue", "inputs": {"name": "a", "delaySeconds": 1}},
        {"urn": "u", "type": "aws:s3/bucket:Bucket", "inputs": {"bucket": "a", "forceDestroy": True}},
        {"urn": "u", "type": "aws:s3/bucket:Bucket", "inputs": {"region": "us-west-2"}},
        {"urn": "u", "type": "aws:nothing/at:All", "inputs": {}},
        ROOT,
    ]
    table = {each.type: each for each in parity.table(used)}
    assert {token: each.status for token, each in table.items()} == {
        "aws:sqs/queue:Queue": "applied",
        "aws:s3/bucket:Bucket": "applied",
        "aws:nothing/at:All": "unsupported",
    }
    assert table["aws:s3/bucket:Bucket"].properties["forceDestroy"] == PropertyParity(
        "recorded", "says how to delete the bucket; no property of it"
    )
