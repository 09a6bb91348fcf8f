"""How the AWS provider is bound: account, region, and on genuine clouds role and tags."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

import json

import pytest

from tests.infra.program.reading import Planned

PROVIDER = "pulumi:providers:aws"


@pytest.mark.parametrize("stack", ["dev", "staging", "prod", "shared"])
@pytest.mark.parametrize("statement", ["C-06"])
def test_whatever_a_genuine_deployment_makes_carries_the_environments_tags(
    planned: Planned, statement: str, stack: str
) -> None:
    provider = planned(stack).one(PROVIDER, "aws").inputs
    tags = json.loads(provider["defaultTags"])["tags"]
    assert tags.keys() == {"environment", "owner", "managed-by", "data-class"}
    assert tags["environment"] == stack
    assert "assumeRoles" not in provider


@pytest.mark.parametrize("statement", ["C-03"])
def test_an_emulated_one_takes_none(planned: Planned, statement: str) -> None:
    assert "defaultTags" not in planned("local").one(PROVIDER, "aws").inputs
