"""What leads from one plan to another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.planned import Planned
from operations.preview.change import LATER, between, changes, counts
from tests.operations.preview.samples import planned

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
QUEUE = "aws:sqs/queue:Queue"
SIGNATURE, ARCHIVE = "4dabf18193072939515e22adb298388d", "0def7320c3a5731c473e5ecbe6d01bc7"


def archive(hash: str, path: str) -> dict[str, Any]:
    return {SIGNATURE: ARCHIVE, "hash": hash, "path": path}


@pytest.mark.parametrize(
    ("before", "after", "op", "properties"),
    [
        ({"name": "a"}, {"name": "a"}, "same", {}),
        ({"delaySeconds": 1}, {"delaySeconds": 2}, "update", {"delaySeconds": (1, 2, False)}),
        ({"name": "a"}, {"name": "b"}, "replace", {"name": ("a", "b", True)}),
        ({"tags": {"a.b": "1"}}, {"tags": {"a.b": "2"}}, "update", {'tags["a.b"]': ("1", "2", False)}),
        ({"policy": UNKNOWN}, {"policy": UNKNOWN}, "same", {}),
        ({"policy": "{}"}, {"policy": UNKNOWN}, "update", {"policy": ("{}", LATER, False)}),
    ],
)
def test_a_property_of_a_known_type(before: Any, after: Any, op: str, properties: Any) -> None:
    old, new = planned(QUEUE, before), planned(QUEUE, after)
    (found,) = between([old], [new])
    assert found.op == op
    shown = {path: tuple(vars(place).values()) for each in changes([found]) for path, place in each.properties.items()}
    assert shown == properties


def test_code_is_compared_by_its_digest_and_not_by_where_it_lies() -> None:
    kind = "aws:lambda/function:Function"
    one, moved, other = (
        planned(kind, {"code": archive(hash, path)}) for hash, path in (("1", "/a"), ("1", "/b"), ("2", "/a"))
    )
    assert counts(between([one], [moved]))["same"] == 1
    (change,) = changes(between([one], [other]))
    assert (change.properties["code"].old, change.properties["code"].new) == ("sha256:1", "sha256:2")


def test_a_cleared_protection_shows() -> None:
    old = planned(QUEUE, {})
    (change,) = changes(between([old], [replace(old, protect=False)]))
    assert (change.op, change.properties["protect"].old, change.properties["protect"].new) == ("update", True, False)


names = st.sampled_from("abcdef")
plans = st.dictionaries(names, st.integers(0, 3)).map(
    lambda found: [planned(QUEUE, {"delaySeconds": delay}, name) for name, delay in found.items()]
)


@settings(deadline=None)  # the first comparison loads every type
@given(plans, plans)
def test_every_resource_of_either_side_is_counted_once(before: list[Planned], after: list[Planned]) -> None:
    found = between(before, after)
    assert {each.urn for each in found} == {each.urn for each in (*before, *after)}
    assert len(found) == len({each.urn for each in found})
    old, new = ({each.urn for each in side} for side in (before, after))
    assert {each.urn for each in found if each.op == "create"} == new - old
    assert {each.urn for each in found if each.op == "delete"} == old - new


@settings(deadline=None)
@given(plans)
def test_nothing_leads_from_a_plan_to_itself(plan: list[Planned]) -> None:
    assert changes(between(plan, plan)) == ()
