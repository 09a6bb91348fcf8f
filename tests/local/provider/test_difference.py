"""What changed, where, and whether another resource is needed."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.provider.cloud import Cloud
from local.provider.difference import Kind, difference
from local.provider.naming import Urn, autoname
from local.provider.properties import declared, equal, json_equal, number_equal, policy_equal, set_equal
from local.provider.reconcile import reconcile
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.wire import ARCHIVE, SIGNATURE, UNKNOWN


class Sample(Resource):
    """A type with every kind of property."""

    type = "aws:test/sample:Sample"
    service = "sqs"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "size": Property(default=5),
        "block": Property(),
        "block.lost": recorded("the emulator loses it"),
        "rules": Property(),
        "policy": Property(same=policy_equal),
        "chosen": Property(computed=True),
        "zone": Property(replace=True),
        "code": Property(proof="checksum"),
        "note": recorded("nobody holds it"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        raise NotImplementedError

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        raise NotImplementedError

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        raise NotImplementedError


KIND = Sample()
URN = Urn("urn:pulumi:test::project::parent$aws:test/sample:Sample::it")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def archive(mark: str) -> dict[str, Any]:
    return {SIGNATURE: ARCHIVE, "hash": mark, "assets": {}}


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ({"size": 1}, {"size": 2}, {"size": Kind.UPDATE}),
        ({"size": 1}, {"size": 1.0}, {}),
        ({}, {"size": 2}, {"size": Kind.ADD}),
        ({"size": 2}, {}, {"size": Kind.DELETE}),
        ({}, {"block": {}}, {}),
        (
            {"block": {"a": {"b": 1}}},
            {"block": {"a": {"b": 2}, "c": 3}},
            {"block.a.b": Kind.UPDATE, "block.c": Kind.ADD},
        ),
        ({"block": {"x.y": 1}}, {"block": {"x.y": 2}}, {'block["x.y"]': Kind.UPDATE}),
        (
            {"rules": [{"id": "a"}]},
            {"rules": [{"id": "b"}, {"id": "c"}]},
            {"rules[0].id": Kind.UPDATE, "rules[1]": Kind.ADD},
        ),
        ({"policy": '{"Action": ["a"]}'}, {"policy": '{"Action":"a"}'}, {}),
        ({"policy": '{"Action": "a"}'}, {"policy": '{"Action": "b"}'}, {"policy": Kind.UPDATE}),
        ({"chosen": "x"}, {}, {}),
        ({"chosen": "x"}, {"chosen": "y"}, {"chosen": Kind.UPDATE}),
        ({"size": 1}, {"size": UNKNOWN}, {"size": Kind.UPDATE}),
        ({"code": archive("1")}, {"code": archive("2")}, {"code": Kind.UPDATE}),
        ({"code": archive("1")}, {"code": {**archive("1"), "assets": {"elided": 1}}}, {}),
        ({"note": "a"}, {"note": "b"}, {"note": Kind.UPDATE}),
    ],
)
def test_places_and_kinds(old: dict[str, Any], new: dict[str, Any], places: dict[str, Kind]) -> None:
    found = difference(KIND, URN, old, new)
    assert {change.path: change.kind for change in found.changes} == places
    assert not found.replaces


def test_a_replacement_keeps_the_old_one_until_the_new_one_is_there_unless_the_name_is_fixed() -> None:
    made = autoname(URN, "it-")
    assert difference(KIND, URN, {"name": "a"}, {"name": "b"}).replaces == ("name",)
    assert not difference(KIND, URN, {"name": "a", "zone": "1"}, {"name": "b", "zone": "2"}).delete_first
    assert difference(KIND, URN, {"name": "a", "zone": "1"}, {"name": "a", "zone": "2"}).delete_first
    assert not difference(KIND, URN, {"name": made, "zone": "1"}, {"name": made, "zone": "2"}).delete_first
    assert difference(KIND, URN, {"name": "a", "region": "r"}, {"name": "a"}).replaces == ("region",)


@given(VALUES)
def test_the_same_is_no_difference(value: Any) -> None:
    for same in (equal, set_equal, json_equal, declared):
        assert same(value, value)


def test_comparisons() -> None:
    assert equal({"a": 0, "b": []}, {})
    assert equal([1, {"x": None}], [1.0, {}])
    assert not equal(["a", "b"], ["b", "a"])
    assert set_equal([{"a": ["x", "y"]}, "z"], ["z", {"a": ["y", "x"]}])
    assert declared({"a": 1, "more": 2}, {"a": 1})
    assert not declared({"a": 1}, {"a": 1, "more": 2})
    assert number_equal("5", 5)
    assert not number_equal(None, 5)


def test_a_read_shows_drift_and_hides_formatting() -> None:
    given_ = {"name": "n", "size": 5, "policy": '{"Action": ["a"]}', "block": {"kept": 1, "lost": 2}, "note": "x"}
    held = {"name": "n", "size": 7, "policy": '{"Action":"a"}', "block": {"kept": 1}, "checksum": "c", "chosen": "z"}
    inputs, outputs = reconcile(KIND, given_, held)
    assert inputs == {**given_, "size": 7}
    assert outputs == {**given_, "size": 7, "checksum": "c", "chosen": "z"}


def test_what_the_program_did_not_ask_for_is_drift_too() -> None:
    inputs, _ = reconcile(KIND, {"name": "n"}, {"name": "n", "rules": [{"id": "foreign"}], "size": 5, "chosen": "z"})
    assert inputs == {"name": "n", "rules": [{"id": "foreign"}]}


def test_an_import_takes_everything() -> None:
    held = {"name": "n", "size": 5, "chosen": "z", "rules": [], "checksum": "c"}
    assert reconcile(KIND, {}, held)[0] == {"name": "n", "size": 5, "chosen": "z"}


def test_a_checksum_proves_what_cannot_be_read() -> None:
    given_ = {"name": "n", "code": archive("1")}
    assert reconcile(KIND, given_, {"name": "n", "checksum": "c"}, {"checksum": "c"})[0] == given_
    changed, _ = reconcile(KIND, given_, {"name": "n", "checksum": "d"}, {"checksum": "c"})
    assert difference(KIND, URN, changed, given_).properties == ("code",)
