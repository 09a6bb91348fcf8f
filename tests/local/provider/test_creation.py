"""A create happens once, whatever was killed before, between and after its call and its record."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from local.provider.cloud import Cloud
from local.provider.failures import Failure
from local.provider.lifecycle import Lifecycle
from local.provider.naming import Urn
from local.provider.registry import registry
from tests.local.provider.conftest import Relocated

QUEUE, KEY, API = "aws:sqs/queue:Queue", "aws:kms/key:Key", "aws:apigateway/restApi:RestApi"
ROLE, GROUP = "aws:iam/role:Role", "aws:cloudwatch/logGroup:LogGroup"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
Inputs = Mapping[str, Any]


@pytest.fixture
def tag() -> str:
    return uuid.uuid4().hex[:10]


@pytest.fixture
def provider(cloud: Cloud, tmp_path: Path) -> Iterator[Callable[[], Lifecycle]]:
    """Provider processes, one after the other, on one journal."""
    started: list[Lifecycle] = []
    assert isinstance(cloud.sandbox, Relocated)
    apart = Cloud(Relocated(cloud.sandbox.recorded, tmp_path))

    def start() -> Lifecycle:
        started.append(Lifecycle(apart, registry()))
        started[-1].begin_run("test", f"engine {len(started)}")
        return started[-1]

    yield start
    for each in started:
        each.close()


def urn(kind: str) -> Urn:
    return Urn(f"urn:pulumi:test::distro::{kind}::it")


def checked(lifecycle: Lifecycle, kind: str, inputs: Inputs) -> dict[str, Any]:
    return lifecycle.check(urn(kind), {}, inputs).inputs


SAMPLES: list[tuple[str, Callable[[str], Inputs]]] = [
    (QUEUE, lambda tag: {"name": tag}),
    (KEY, lambda tag: {"description": tag, "tags": {"run": tag}}),
    (API, lambda tag: {"name": tag}),
    (ROLE, lambda tag: {"name": tag, "assumeRolePolicy": TRUST}),
    (GROUP, lambda tag: {"name": f"/{tag}"}),
]


@pytest.mark.parametrize(("kind", "inputs"), SAMPLES)
def test_what_the_engine_forgot_is_adopted(
    provider: Callable[[], Lifecycle], kind: str, inputs: Callable[[str], Inputs], tag: str
) -> None:
    first = provider()
    given = checked(first, kind, inputs(tag))
    made = first.create(urn(kind), given, preview=False)
    again = provider().create(urn(kind), given, preview=False)
    assert again.id == made.id
    assert {**again.outputs, **made.outputs} == again.outputs
    first.delete(urn(kind), made.id, made.outputs, given)


@pytest.mark.parametrize(("kind", "inputs"), SAMPLES)
def test_a_provider_killed_after_the_call_finds_it_again(
    provider: Callable[[], Lifecycle], kind: str, inputs: Callable[[str], Inputs], tag: str
) -> None:
    first = provider()
    given = checked(first, kind, inputs(tag))
    first.journal.begin(urn(kind).text)
    lost = registry().resources[kind].create(first.cloud, given)
    found = provider().create(urn(kind), given, preview=False)
    assert found.id == lost.id
    first.delete(urn(kind), found.id, found.outputs, given)


@pytest.mark.parametrize(
    ("prefix", "tags", "taken_over"),
    [("/aws/lambda/", {}, True), ("/aws/lambda/", {"owner": "somebody"}, False), ("/somebody/", {}, False)],
)
def test_a_log_group_that_lambda_made_is_taken_over(
    provider: Callable[[], Lifecycle], tag: str, prefix: str, tags: dict[str, str], *, taken_over: bool
) -> None:
    first, name = provider(), f"{prefix}{tag}"
    logs = first.cloud.client("logs")
    logs.create_log_group(logGroupName=name, **({"tags": tags} if tags else {}))
    wanted = checked(first, GROUP, {"name": name, "retentionInDays": 7, "tags": {"environment": "local"}})
    if taken_over:
        made = first.create(urn(GROUP), wanted, preview=False)
        (held,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        assert held["retentionInDays"] == 7
        assert logs.list_tags_log_group(logGroupName=name)["tags"] == {"environment": "local"}
        first.delete(urn(GROUP), made.id, made.outputs, wanted)
        logs.create_log_group(logGroupName=name)
        assert logs.list_tags_log_group(logGroupName=name)["tags"] == {}
        logs.delete_log_group(logGroupName=name)
    else:
        with pytest.raises(Failure, match="ResourceAlreadyExists"):
            first.create(urn(GROUP), wanted, preview=False)
        logs.delete_log_group(logGroupName=name)


def test_an_adopted_one_is_brought_to_the_new_inputs(provider: Callable[[], Lifecycle], tag: str) -> None:
    first = provider()
    made = first.create(urn(QUEUE), checked(first, QUEUE, {"name": tag, "delaySeconds": 1}), preview=False)
    wanted = checked(first, QUEUE, {"name": tag, "delaySeconds": 2})
    adopted = provider().create(urn(QUEUE), wanted, preview=False)
    assert adopted.id == made.id
    held = first.cloud.client("sqs").get_queue_attributes(QueueUrl=made.id, AttributeNames=["DelaySeconds"])
    assert held["Attributes"] == {"DelaySeconds": "2"}
    first.delete(urn(QUEUE), adopted.id, adopted.outputs, wanted)


def test_one_that_has_to_be_replaced_makes_way(provider: Callable[[], Lifecycle], tag: str) -> None:
    first = provider()
    first.create(urn(ROLE), checked(first, ROLE, {"name": tag, "assumeRolePolicy": TRUST}), preview=False)
    wanted = checked(first, ROLE, {"name": tag, "path": "/other/", "assumeRolePolicy": TRUST})
    made = provider().create(urn(ROLE), wanted, preview=False)
    assert first.cloud.client("iam").get_role(RoleName=tag)["Role"]["Path"] == "/other/"
    first.delete(urn(ROLE), made.id, made.outputs, wanted)


def test_a_replacement_leaves_the_one_that_it_replaces(provider: Callable[[], Lifecycle], tag: str) -> None:
    lifecycle = provider()
    old = checked(lifecycle, QUEUE, {"name": f"{tag}-old"})
    made = lifecycle.create(urn(QUEUE), old, preview=False)
    new = checked(lifecycle, QUEUE, {"name": f"{tag}-new"})
    assert lifecycle.diff(urn(QUEUE), made.id, old, new).replaces == ("name",)
    successor = lifecycle.create(urn(QUEUE), new, preview=False)
    assert successor.id != made.id
    assert lifecycle.read(urn(QUEUE), made.id, made.outputs, old).id == made.id
    for result, inputs in ((made, old), (successor, new)):
        lifecycle.delete(urn(QUEUE), result.id, result.outputs, inputs)


def test_an_autonamed_successor_has_another_name_in_every_run(provider: Callable[[], Lifecycle]) -> None:
    lifecycle = provider()
    old = checked(lifecycle, QUEUE, {})
    made = lifecycle.create(urn(QUEUE), old, preview=False)
    names = set()
    for each in (lifecycle, provider()):
        each.diff(urn(QUEUE), made.id, old, {**old, "fifoQueue": True})
        names.add(checked(each, QUEUE, {})["name"])
    assert len(names) == 1
    assert old["name"] not in names
    lifecycle.delete(urn(QUEUE), made.id, made.outputs, old)


def test_somebody_else_s_is_not_taken_over(provider: Callable[[], Lifecycle], tag: str) -> None:
    lifecycle = provider()
    iam = lifecycle.cloud.client("iam")
    iam.create_role(RoleName=tag, AssumeRolePolicyDocument=TRUST)
    given = checked(lifecycle, ROLE, {"name": tag, "assumeRolePolicy": TRUST})
    with pytest.raises(Failure, match="iam:CreateRole answered EntityAlreadyExists"):
        lifecycle.create(urn(ROLE), given, preview=False)
    iam.delete_role(RoleName=tag)
