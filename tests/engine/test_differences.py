"""Differences of properties: marks for what is not shown, documents inside of texts, nothing that looks like a mark."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.differences import Content, Mark, PropertyChange, compare, unknowns
from engine.security import security_relevant
from engine.values import ARCHIVE, SECRET, SIGNATURE

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
HIDDEN = {SIGNATURE: SECRET, "ciphertext": "v1:x"}
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.text("ab{}[]", max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine


def found(before: Any, after: Any) -> list[PropertyChange]:
    return list(compare("x", {"x": before}, {"x": after}))


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (1, 2, [("x", 1, 2)]),
        (1, True, [("x", 1, True)]),
        ("1", 1, [("x", "1", 1)]),
        ([1, 2], [1], [("x[1]", 2, Mark.ABSENT)]),
        ([1, 2, 3], [0, 1, 2, 3], [("x[0]", Mark.ABSENT, 0)]),
        ([1, 2, 3], [1, 3], [("x[1]", 2, Mark.ABSENT)]),
        ([1, 2], [2, 1], [("x[0]", Mark.ABSENT, 2), ("x[1]", 2, Mark.ABSENT)]),
        ([1, 2, 3], [1, True, 3], [("x[1]", 2, True)]),
        (
            [{"a": 1, "b": 2}, 3],
            [3, {"a": 1, "b": 4}],
            [
                ("x[0].a", 1, Mark.ABSENT),
                ("x[0].b", 2, Mark.ABSENT),
                ("x[1].a", Mark.ABSENT, 1),
                ("x[1].b", Mark.ABSENT, 4),
            ],
        ),
        ([{"a": [1, 2], "b": 0}], [{"a": [0, 1, 2], "b": 0}], [("x[0].a[0]", Mark.ABSENT, 0)]),
        ([1, HIDDEN], [1, HIDDEN], [("x[1]", Mark.SECRET, Mark.SECRET)]),
        ([1], [UNKNOWN, 1], [("x[0]", Mark.ABSENT, Mark.UNKNOWN)]),
        ('{"A": ["b", "c"]}', '{"A": ["a", "b", "c"]}', [("x » A[0]", Mark.ABSENT, "a")]),
        ({"a": 1}, {"a": 1, "b": []}, [("x.b", Mark.ABSENT, [])]),
        ([], [1], [("x", [], Mark.ABSENT), ("x[0]", Mark.ABSENT, 1)]),
        (HIDDEN, HIDDEN, [("x", Mark.SECRET, Mark.SECRET)]),
        (HIDDEN, "[secret]", [("x", Mark.SECRET, "[secret]")]),
        ({"a": HIDDEN}, {"a": "plain"}, [("x.a", Mark.SECRET, "plain")]),
        ("a", UNKNOWN, [("x", "a", Mark.UNKNOWN)]),
        ("a", f"arn:{UNKNOWN}", [("x", "a", Mark.UNKNOWN)]),
        ("a", {SIGNATURE: ARCHIVE, "hash": "f00", "path": "p"}, [("x", "a", Content("f00"))]),
        ('{"A": ["b"]}', '{"A": ["*"]}', [("x » A[0]", "b", "*")]),
        ('{"A": 1}', '{"A": 1, "A": 2}', [("x", Mark.ABSENT, '{"A": 1, "A": 2}'), ("x » A", 1, Mark.ABSENT)]),
        ('{"A": 1}', '{ "A":1 }', []),
        ("{no document", "{none", [("x", "{no document", "{none")]),
    ],
)
def test_what_differs(before: Any, after: Any, changes: list[tuple[str, Any, Any]]) -> None:
    assert found(before, after) == [PropertyChange(*change) for change in changes]


@patient
@given(VALUES)
def test_nothing_differs_from_itself(value: Any) -> None:
    assert found(value, value) == []
    assert list(compare("x", {}, {})) == []


@patient
@given(VALUES, VALUES)
def test_what_is_another_value_differs(before: Any, after: Any) -> None:
    if json.dumps(before) != json.dumps(after):
        dressed = [json.dumps(each) for each in (before, after)]  # documents in texts: white space and order only
        assert found(before, after) or (isinstance(before, str) and isinstance(after, str)), dressed


def test_unknown_places() -> None:
    assert list(unknowns("x", {"a": [1, UNKNOWN], "b": f'{{"c": "{UNKNOWN}"}}'})) == ["x.a[1]", "x.b"]


@pytest.mark.parametrize(
    ("type", "property", "relevant"),
    [
        ("aws:iam/role:Role", "assumeRolePolicy", True),
        ("aws:iam/role:Role", "description", False),
        ("aws:s3/bucketPolicy:BucketPolicy", "policy", True),
        ("aws:lambda/permission:Permission", "sourceArn", True),
        ("aws:lambda/function:Function", "memorySize", False),
        ("aws:ec2/securityGroup:SecurityGroup", "ingress", True),
        ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "blockPublicAcls", True),
        ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "bucket", False),
        ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role", True),
        ("aws:ec2/networkAcl:NetworkAcl", "ingress", True),
        ("gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider", "attributeCondition", True),
        ("distro:identityplatform/signInSettings:SignInSettings", "minPasswordLength", True),
        ("aws:rds/cluster:Cluster", "kmsKeyId", True),
        ("gcp:firebaserules/ruleset:Ruleset", "source", True),
        ("distro:firebasedatabase/rules:Rules", "rules", True),
        ("distro:firebasedatabase/rules:Rules", "databaseUrl", False),
        ("gcp:serviceaccount/iAMMember:IAMMember", "member", True),
        ("gcp:projects/iAMMember:IAMMember", "role", True),
    ],
)
def test_what_decides_who_may_do_what(type: str, property: str, relevant: bool) -> None:
    assert security_relevant(type, property) is relevant
