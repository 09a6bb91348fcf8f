"""Canonical states: what is the same has the same digest, whatever it looks like; every change of content shows."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.canonical import canonical, key_of
from engine.values import ARCHIVE, ASSET, SECRET, SIGNATURE

KEY = key_of("passphrase")
NAMES = st.text("abc", min_size=1, max_size=3)
PLAIN = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)  # fmt: skip
SECRETS = PLAIN.map(lambda value: {SIGNATURE: SECRET, "plaintext": json.dumps(value)})
CONTENTS = st.builds(
    lambda kind, digest, path: {SIGNATURE: kind, "hash": digest, "path": path},
    st.sampled_from([ASSET, ARCHIVE]), st.text("0123456789abcdef", min_size=8, max_size=8), NAMES,
)  # fmt: skip
VALUES = st.recursive(
    PLAIN | SECRETS | CONTENTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
URNS = NAMES.map(lambda name: f"urn:pulumi:dev::distro::aws:sqs/queue:Queue::{name}")
RESOURCES = st.fixed_dictionaries(
    {"urn": URNS, "type": st.just("aws:sqs/queue:Queue"), "inputs": st.dictionaries(NAMES, VALUES, max_size=3)},
    optional={"id": NAMES, "protect": st.booleans(), "dependencies": st.lists(URNS, max_size=3, unique=True)},
)
DEPLOYMENTS = st.lists(RESOURCES, max_size=4, unique_by=lambda each: each["urn"])
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine


def exported(resources: list[dict[str, Any]], seed: int = 0) -> str:
    """A state file: its times, order, places and paths come from `seed`."""
    chance = random.Random(seed)  # noqa: S311 -- to shuffle
    entries = []
    for resource in copy.deepcopy(resources):
        chance.shuffle(resource.get("dependencies", []))
        passing = {"created": str(chance.random()), "modified": "x", "sourcePosition": f"file#{chance.random()}"}
        entries.append(elsewhere(resource | passing, chance))
    chance.shuffle(entries)
    return json.dumps({"version": 3, "deployment": {"manifest": {"time": chance.random()}, "resources": entries}})


def elsewhere(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        found = {key: elsewhere(member, chance) for key, member in value.items()}
        return found | {"path": str(chance.random())} if value.get(SIGNATURE) in {ASSET, ARCHIVE} else found
    return [elsewhere(member, chance) for member in value] if isinstance(value, list) else value


@patient
@given(DEPLOYMENTS, st.integers(0, 1000))
def test_order_times_and_places_do_not_count(resources: list[dict[str, Any]], seed: int) -> None:
    assert canonical(exported(resources), KEY).content == canonical(exported(resources, seed), KEY).content


@patient
@given(RESOURCES, NAMES, VALUES)
def test_a_changed_input_counts(resource: dict[str, Any], name: str, value: Any) -> None:
    before = canonical(exported([resource]), KEY)
    changed = copy.deepcopy(resource)
    changed["inputs"][name] = value
    after = canonical(exported([changed]), KEY)
    same = json.dumps(normal(resource["inputs"].get(name, ...))) == json.dumps(normal(value))
    assert (before.digest == after.digest) == same


def normal(value: Any) -> Any:
    """A value as JSON has it: files by their hashes, numbers as doubles."""
    if isinstance(value, dict):
        keep = {SIGNATURE, "hash"} if value.get(SIGNATURE) in {ASSET, ARCHIVE} else set(value)
        return {key: normal(value[key]) for key in sorted(keep)}
    if isinstance(value, list):
        return [normal(member) for member in value]
    if value is ...:
        return {"no": ["such", "value"], "": ... is value}
    return float(value) + 0.0 if isinstance(value, int | float) and not isinstance(value, bool) else value


@patient
@given(RESOURCES, st.text(st.characters(exclude_categories=["Cs"])))
def test_no_secret_is_written(resource: dict[str, Any], rest: str) -> None:
    resource, secret = copy.deepcopy(resource), f"canary-secret-{rest}"
    resource["inputs"]["hidden"] = {"deep": [{SIGNATURE: SECRET, "plaintext": json.dumps(secret)}]}
    content = canonical(exported([resource]), KEY).content
    assert b"canary" not in content


def test_equal_secrets_at_two_places_do_not_show_as_equal() -> None:
    secret = {SIGNATURE: SECRET, "plaintext": '"x"'}
    found = canonical(exported([{"urn": "urn:a", "type": "t", "inputs": {"a": secret, "b": secret}}]), KEY)
    inputs = json.loads(found.content)["deployment"]["resources"][0]["inputs"]
    assert inputs["a"] != inputs["b"]


def test_a_secret_that_is_still_encrypted_is_refused() -> None:
    secret = {SIGNATURE: SECRET, "ciphertext": "v1:x"}
    with pytest.raises(ValueError, match="still encrypted"):
        canonical(exported([{"urn": "urn:a", "type": "t", "inputs": {"a": secret}}]), KEY)


def test_pending_operations_count_and_hide_secrets_too() -> None:
    secret = {SIGNATURE: SECRET, "plaintext": '"canary-secret"'}
    document = json.loads(exported([]))
    without = canonical(json.dumps(document), KEY)
    document["deployment"]["pending_operations"] = [{"type": "creating", "resource": {"urn": "urn:a", "x": secret}}]
    found = canonical(json.dumps(document), KEY)
    assert found.digest != without.digest
    assert b"canary" not in found.content
