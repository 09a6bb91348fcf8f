"""The evaluator itself: what IAM's documentation says of each part that the project's policies use."""

from __future__ import annotations

import pytest

from tests.isolation.iam import Principal, Request, Statement, concerns

ALL: Statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
READ = Request("s3:GetObject", "arn:aws:s3:::one/key", {"aws:resourcetag/environment": "dev"})


@pytest.mark.parametrize(
    ("part", "speaks"),
    [
        ({"Action": "s3:Get*"}, True),
        ({"Action": ["s3:Put*", "sqs:*"]}, False),
        ({"Resource": "arn:aws:s3:::one/*"}, True),
        ({"Resource": "arn:aws:s3:::one"}, False),
        ({"Condition": {"StringEquals": {"aws:ResourceTag/environment": ["dev", "shared"]}}}, True),
        ({"Condition": {"StringEquals": {"aws:ResourceTag/other": "dev"}}}, False),
        ({"Condition": {"StringNotEquals": {"aws:ResourceTag/environment": "prod"}}}, True),
        ({"Condition": {"StringNotEquals": {"aws:ResourceTag/other": "prod"}}}, True),
        ({"Condition": {"Null": {"aws:ResourceTag/environment": "false"}}}, True),
        ({"Condition": {"Null": {"aws:ResourceTag/environment": "true"}}}, False),
        ({"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}, True),
        ({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}, False),
    ],
)
def test_what_a_statement_speaks_of(part: dict[str, object], speaks: bool) -> None:
    assert concerns({**ALL, **part}, READ) is speaks


def test_not_resource_is_everything_else() -> None:
    denied = {"Effect": "Deny", "Action": "s3:*", "NotResource": ["arn:aws:s3:::two", "arn:aws:s3:::two/*"]}
    assert concerns(denied, READ)
    assert not concerns(denied, Request("s3:GetObject", "arn:aws:s3:::two/key"))


def test_a_denial_beats_and_a_boundary_limits() -> None:
    deny: Statement = {**ALL, "Effect": "Deny", "Action": "s3:GetObject"}
    assert Principal("free", [ALL], [ALL]).may(READ)
    assert not Principal("denied", [ALL, deny], [ALL]).may(READ)
    assert not Principal("kept", [ALL], [ALL, deny]).may(READ)
    assert not Principal("out of bounds", [ALL], [{**ALL, "Action": "sqs:*"}]).may(READ)


def test_what_is_not_known_is_an_error() -> None:
    with pytest.raises(AssertionError, match="NotAction"):
        concerns({**ALL, "NotAction": "s3:*"}, READ)
    with pytest.raises(KeyError):
        concerns({**ALL, "Condition": {"DateLessThan": {"aws:CurrentTime": "2026"}}}, READ)
