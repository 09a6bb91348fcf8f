"""Every type, with a sample, on the real emulators: made, read back, changed property by property, put back.

Whatever the table of a type calls applied has to come back from the emulator as it was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from local.provider.registry import registry
from local.provider.resource import Recorded
from local.provider.secrets import unwrap
from tests.local.provider import checks
from tests.local.provider.samples import samples
from tests.local.provider.world import World

pytestmark = pytest.mark.xdist_group("conformance")


def test_every_type_has_a_sample() -> None:
    covered = {sample.type for sample in samples().values()}
    missing = [
        token for token, kind in registry().resources.items() if token not in covered and not isinstance(kind, Recorded)
    ]
    assert [token for token in missing if token.startswith("aws:")] == []


@pytest.mark.parametrize("name", samples())
def test_it_reads_back_as_it_was_made(world: World, name: str) -> None:
    checks.reads_back(world, world.thing(name))


IMPORTS: Mapping[str, tuple[str, ...]] = {
    "aws:lambda/permission:Permission": ("function", "statementId"),
    "aws:apigateway/resource:Resource": ("restApi", "id"),
    "aws:apigateway/method:Method": ("restApi", "resourceId", "httpMethod"),
    "aws:apigateway/methodResponse:MethodResponse": ("restApi", "resourceId", "httpMethod", "statusCode"),
    "aws:apigateway/integration:Integration": ("restApi", "resourceId", "httpMethod"),
    "aws:apigateway/integrationResponse:IntegrationResponse": ("restApi", "resourceId", "httpMethod", "statusCode"),
    "aws:apigateway/deployment:Deployment": ("restApi", "id"),
    "aws:apigateway/stage:Stage": ("restApi", "stageName"),
    "aws:apigateway/methodSettings:MethodSettings": ("restApi", "stageName", "methodPath"),
    "aws:apigateway/response:Response": ("restApiId", "responseType"),
    "aws:apigateway/usagePlanKey:UsagePlanKey": ("usagePlanId", "id"),
    "aws:cloudwatch/eventTarget:EventTarget": ("eventBusName", "rule", "targetId"),
    "aws:s3/bucketObjectv2:BucketObjectv2": ("bucket", "key"),
}
"""What an import has to name where the state's id says too little, as pulumi-aws spells it."""
MAIN = ("s3", "sqs", "sns", "ssm", "kms", "iam", "lambda", "apigateway", "logs", "cloudwatch", "events", "scheduler")

UNTOLD = {
    "insecureValue": "a plain parameter does not say whether its value was called secret",
    "settings": "LocalStack gives a path the settings of the whole stage as well",
}
"""What no read can tell, and why."""


@pytest.mark.parametrize(
    "name", [name for name, it in samples().items() if registry().resources[it.type].service in MAIN]
)
def test_an_import_gives_complete_inputs(world: World, name: str) -> None:
    thing = world.thing(name)
    parts = IMPORTS.get(thing.sample.type, ("id",))
    id = "/".join(thing.state.id if part == "id" else str(unwrap(thing.inputs)[part]) for part in parts)
    if thing.sample.type == "aws:cloudwatch/logMetricFilter:LogMetricFilter":
        id = f"{thing.inputs['logGroupName']}:{id}"
    region = thing.inputs.get("region")
    found = world.lifecycle.read(thing.urn, f"{id}@{region}" if region else id, {}, {})
    assert found.id == thing.state.id
    changes = world.lifecycle.diff(thing.urn, found.id, found.inputs, thing.inputs).properties
    unreadable = {place for place, rule in thing.resource.properties.items() if rule.status == "recorded" or rule.proof}
    assert set(changes) - unreadable - UNTOLD.keys() == set()


ANEW: Mapping[str, str] = {
    "aws:apigateway/deployment:Deployment": "a snapshot of the API at its moment: an older one is not the wanted one",
    "aws:secretsmanager/secretVersion:SecretVersion": "the newest version is the current one; an older one is history",
}
"""Types of which one that a killed create left behind is not taken over, and why."""
NAMELESS = {"key-other", "table-with-routes", "bare-acl", "instance-from-template", "spot-request"}
"""Samples that nothing tells from others of their type: they have neither a name nor tags with one."""


@pytest.mark.parametrize(
    "name", [name for name, it in samples().items() if it.type not in ANEW and name not in NAMELESS]
)
def test_a_create_that_was_cut_off_finds_what_it_made(world: World, name: str, tmp_path: Path) -> None:
    checks.finds_what_it_made(world, world.thing(name), tmp_path)


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, it in samples().items() for number in range(len(it.changes))]
)
def test_a_change_reaches_the_emulator_and_back(world: World, name: str, number: int) -> None:
    checks.changes_and_back(world, world.thing(name), number)
