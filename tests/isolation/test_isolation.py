"""No role of an environment can ever do anything to another's resources: its boundary sees to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from engine import state
from tests.conftest import REHEARSED
from tests.driver import Rehearsal
from tests.isolation.estate import ACCOUNT, Owned, actions, owned, principals
from tests.isolation.iam import Principal

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("rehearsal")]

EVERYTHING = [{"Sid": "Everything", "Effect": "Allow", "Action": "*", "Resource": "*"}]
PAIRS = [(one, other) for one in REHEARSED for other in REHEARSED if one != other]
CHANGE = re.compile(
    r":(Delete|Modify|Replace|Detach|Disassociate|Terminate|Release|Update|Put|Remove|StopLogging|DELETE|PATCH)"
)


def possible(caller: str, principal: Principal, estate: list[Owned]) -> Iterator[str]:
    """What a principal may do to any of these resources."""
    for each in estate:
        mentioned = [action for action in actions(each.service) if principal.mentions(action)]
        for request in each.requests(caller, mentioned):
            if principal.may(request):
                yield f"{principal.name} {request.action} {request.resource}"


@pytest.mark.parametrize(("environment", "other"), PAIRS)
def test_a_role_that_is_given_everything_stays_within_its_boundary(
    rehearsal: Rehearsal, environment: str, other: str
) -> None:
    """So whatever its roles are given: a deployment writes their policies itself."""
    estate, bounds = owned(rehearsal, other), principals(rehearsal, environment)[0].boundary
    assert len(estate) > 80
    assert list(possible(environment, Principal("everything", EVERYTHING, bounds), estate)) == []


@pytest.mark.parametrize("environment", REHEARSED)
def test_every_role_has_the_boundary_of_its_environment(rehearsal: Rehearsal, environment: str) -> None:
    roles = [row for row in state.resources(rehearsal.state(environment)) if row["type"] == "aws:iam/role:Role"]
    arn = f"arn:aws:iam::{ACCOUNT}:policy/distronation-{environment}-boundary"
    assert {row["outputs"]["permissionsBoundary"] for row in roles} == {arn}


@pytest.mark.parametrize("environment", REHEARSED)
def test_what_is_shared_may_be_used_and_not_changed(rehearsal: Rehearsal, environment: str) -> None:
    bounds = principals(rehearsal, environment)[0].boundary
    found = possible(environment, Principal("everything", EVERYTHING, bounds), owned(rehearsal, "shared"))
    assert [each for each in found if CHANGE.search(each.split()[1])] == []


@pytest.mark.parametrize("environment", REHEARSED)
def test_a_deployment_may_change_its_own(rehearsal: Rehearsal, environment: str) -> None:
    """So that the others do not hold because nothing is ever allowed."""
    (deployment,) = [each for each in principals(rehearsal, environment) if each.name.endswith("-deployment")]
    found = {each.split()[1] for each in possible(environment, deployment, owned(rehearsal, environment))}
    assert found >= {"lambda:UpdateFunctionCode", "s3:PutBucketPolicy", "rds:ModifyDBCluster", "ec2:DeleteVpc"} - (
        set() if environment == "dev" else {"ec2:DeleteVpc"}
    )


@pytest.mark.parametrize("environment", REHEARSED)
def test_a_deployment_may_change_each_of_its_own(rehearsal: Rehearsal, environment: str) -> None:
    """Whatever an environment consists of, its deployment made."""
    (deployment,) = [each for each in principals(rehearsal, environment) if each.name.endswith("-deployment")]
    estate = owned(rehearsal, environment)
    found = {each.arn: {call.split()[1] for call in possible(environment, deployment, [each])} for each in estate}
    unchanged = {arn for arn, calls in found.items() if not any(map(CHANGE.search, calls))}
    assert unchanged == {f"arn:aws:iam::{ACCOUNT}:policy/distronation-{environment}-boundary"}


def test_without_its_boundary_it_would_not_hold(rehearsal: Rehearsal) -> None:
    free = Principal("everything", EVERYTHING, EVERYTHING)
    assert next(possible("dev", free, owned(rehearsal, "prod")), None)
