"""What holds for every resource: names, tags, protection, least privilege, isolation (sections 0.2 and 8.1)."""

# ruff: noqa: ARG001  (the statement is the name of the test)

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.previewing import UNKNOWN, Preview
from tests.infra.previewing import Planned as Resource
from tests.infra.program.reading import Planned

STACKS = ("local", "dev", "staging", "prod", "shared")
OTHERS = {stack: [other for other in STACKS if other != stack] for stack in STACKS}
TAGS = {"environment", "system", "owner", "managed-by", "data-class"}

# What AWS keeps no tags for, or what takes its owner's: https://docs.aws.amazon.com/ARG/latest/userguide/supported-resources.html
UNTAGGED = {
    "acm/certificateValidation", "apigateway/account", "apigateway/basePathMapping", "apigateway/deployment",
    "apigateway/integration", "apigateway/integrationResponse", "apigateway/method", "apigateway/methodResponse",
    "apigateway/methodSettings", "apigateway/resource", "appsync/apiCache", "appsync/apiKey", "appsync/dataSource",
    "appsync/resolver", "backup/selection", "cloudfront/originAccessControl", "cloudwatch/dashboard",
    "cloudwatch/logMetricFilter", "ebs/encryptionByDefault", "ec2/route", "ec2/routeTableAssociation",
    "iam/accountPasswordPolicy", "iam/rolePolicy", "iam/rolePolicyAttachment", "inspector2/enabler", "kms/alias",
    "lambda/functionEventInvokeConfig", "lambda/permission", "route53/record", "s3/bucketCorsConfiguration",
    "s3/bucketLifecycleConfiguration", "s3/bucketLogging", "s3/bucketNotification", "s3/bucketPolicy",
    "s3/bucketPublicAccessBlock", "s3/bucketReplicationConfig", "s3/bucketServerSideEncryptionConfiguration",
    "s3/bucketVersioning", "scheduler/schedule", "secretsmanager/secretVersion", "sns/topicPolicy",
    "sns/topicSubscription", "sqs/queuePolicy", "wafv2/webAclAssociation", "wafv2/webAclLoggingConfiguration",
}  # fmt: skip

STATEFUL = {
    "apigateway/restApi", "appsync/graphQLApi", "backup/vault", "cloudtrail/trail", "ec2/instance", "ec2/vpc",
    "kms/key", "rds/cluster", "rds/clusterInstance", "route53/zone", "s3/bucket", "secretsmanager/secret",
}  # fmt: skip

# Statements that allow a wildcard, and why: the reasons stand with them in infra/aws.
REASONED = {
    "NetworkInterfaces", "Traces", "BusinessMetrics", "Look", "Metrics", "Sight", "Tagged", "Created", "Named",
    "Account", "ThroughRds", "Groups", "Bounds",
}  # fmt: skip
# Identifiers that the document gives; every other one is computed from names, or left to AWS.
GIVEN = {
    "867653852961", "distrofmb1ec38f05cba40828e65a98e039c6de4db8f9-main", "database-2-cluster",
    "vpc-given", "subnet-1", "subnet-2", "subnet-3", "subnet-4",
}  # fmt: skip


def _short(resource: Resource) -> str:
    return resource.type.removeprefix("aws:").rpartition(":")[0]


def _aws(preview: Preview) -> list[Resource]:
    return [each for each in preview.resources if each.type.startswith("aws:")]


def _documents(value: Any) -> Iterator[dict[str, Any]]:
    """Every policy document in a resource's inputs."""
    if isinstance(value, str) and value.startswith("{") and '"Statement"' in value:
        yield json.loads(value)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _documents(each)
    elif isinstance(value, list):
        for each in value:
            yield from _documents(each)


def _allowed(preview: Preview) -> Iterator[tuple[Resource, dict[str, Any]]]:
    for resource in _aws(preview):
        for document in _documents(resource.inputs):
            for statement in document["Statement"]:
                if statement["Effect"] == "Allow":
                    yield resource, statement


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("statement", ["0.2-10"])
def test_every_resource_that_can_be_tagged_is(planned: Planned, statement: str, stack: str) -> None:
    for resource in _aws(planned(stack)):
        if _short(resource) in UNTAGGED:
            assert "tags" not in resource.inputs, resource.urn
        else:
            assert set(resource.inputs.get("tags", ())) >= TAGS, resource.urn
            assert resource.inputs["tags"]["environment"] == stack


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("statement", ["0.2-10"])
def test_every_name_bears_its_environment(planned: Planned, statement: str, stack: str) -> None:
    given = {"dn-api", "distronationfmGeneralAccess", "distrofmgraphql-main", "catalogue", *GIVEN}
    for resource in _aws(planned(stack)):
        for key in ("name", "bucket", "clusterIdentifier", "identifier", "dashboardName"):
            name = resource.inputs.get(key)
            if (
                isinstance(name, str)
                and UNKNOWN not in name
                and name not in given
                and _short(resource) != "route53/zone"
            ):
                prefix = "dev" if stack == "local" else stack
                assert re.search(rf"(^|[-/])({stack}|{prefix})([-/.]|$)", name) or "database-2-cluster" in name, (
                    resource.urn
                )


@pytest.mark.parametrize("stack", ["prod", "shared"])
@pytest.mark.parametrize("statement", ["1.1-05", "2.2-01", "4.1-01", "4.2-01"])
def test_what_holds_data_is_protected_in_production(planned: Planned, statement: str, stack: str) -> None:
    stateful = [each for each in planned(stack).resources if _short(each) in STATEFUL]
    assert stateful
    assert [each.urn for each in stateful if not each.protect] == []


@pytest.mark.parametrize("stack", ["local", "dev", "staging"])
@pytest.mark.parametrize("statement", ["1.1-12", "10.1-14"])
def test_nothing_is_protected_where_all_can_be_rebuilt(planned: Planned, statement: str, stack: str) -> None:
    assert [each.urn for each in planned(stack).resources if each.protect] == []


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("statement", ["8.1-02"])
def test_no_policy_allows_a_wildcard_without_a_reason(planned: Planned, statement: str, stack: str) -> None:
    for resource, allowed in _allowed(planned(stack)):
        actions, resources = _list(allowed["Action"]), _list(allowed.get("Resource", []))
        wide = "*" in resources or any(action == "*" or action.endswith(":*") for action in actions)
        assert not wide or allowed["Sid"] in REASONED, (resource.urn, allowed)


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("statement", ["8.1-02"])
def test_a_function_has_no_wildcard_action_at_all(planned: Planned, statement: str, stack: str) -> None:
    for resource, allowed in _allowed(planned(stack)):
        if resource.component in {"lambda", "schedule", "appsync", "network", "audit"}:
            assert not [action for action in _list(allowed["Action"]) if "*" in action], resource.urn


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("statement", ["0.2-10", "2.4-09", "C-06"])
def test_no_policy_allows_anything_of_another_environment(planned: Planned, statement: str, stack: str) -> None:
    own = {"shared": {"staging", "prod"}, "local": {"dev"}}.get(stack, set())  # the trail records both; C-03
    for resource, allowed in _allowed(planned(stack)):
        text = json.dumps(allowed)
        for other in set(OTHERS[stack]) - own:
            assert not re.search(rf"distronation-{other}-|/{other}/|:{other}/", text), (resource.urn, other)


@pytest.mark.parametrize("stack", ["local", "dev", "staging", "prod"])
@pytest.mark.parametrize("statement", ["C-06", "8.1-13"])
def test_every_role_is_bounded_to_its_environment(planned: Planned, statement: str, stack: str) -> None:
    bounds = planned(stack).one("iam/policy:Policy", "boundary").inputs
    account = "000000000000" if stack == "local" else "867653852961"
    arn = f"arn:aws:iam::{account}:policy/{bounds['name']}"
    assert {each.inputs["permissionsBoundary"] for each in planned(stack).of("iam/role:Role")} == {arn}
    sids = {each["Sid"]: each for each in json.loads(bounds["policy"])["Statement"]}
    assert sids["OthersByTag"]["Effect"] == sids["OthersByName"]["Effect"] == "Deny"
    denied = json.dumps(sids["OthersByName"]["Resource"])
    assert all(f"distronation-{other}-" in denied for other in OTHERS[stack])
    assert f"distronation-{stack}-" not in denied


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
@pytest.mark.parametrize("statement", ["C-06", "C-13"])
def test_a_deployment_cannot_leave_its_boundary(planned: Planned, statement: str, stack: str) -> None:
    policy = json.loads(planned(stack).one("iam/rolePolicy:RolePolicy", "deployment").inputs["policy"])
    denied = {each["Sid"] for each in policy["Statement"] if each["Effect"] == "Deny"}
    assert denied == {"OnlyBounded", "StaysBounded", "BoundaryStays"}


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("statement", ["8.1-02"])
def test_policies_fit_into_what_iam_takes(planned: Planned, statement: str, stack: str) -> None:
    """10,240 characters for a role's own, 6,144 for a managed one, blanks not counted."""
    for resource in (*planned(stack).of("iam/rolePolicy:RolePolicy"), *planned(stack).of("iam/policy:Policy")):
        length = len(json.dumps(json.loads(resource.inputs["policy"]), separators=(",", ":")))
        assert length <= (10240 if "rolePolicy" in resource.type else 6144), resource.urn


@pytest.mark.parametrize(("stack", "asked"), [("prod", True), ("staging", True), ("dev", True), ("local", False)])
@pytest.mark.parametrize("statement", ["8.1-01", "C-86"])
def test_people_come_with_a_second_factor(planned: Planned, statement: str, stack: str, asked: bool) -> None:
    people = [each for each in planned(stack).of("iam/role:Role") if each.inputs["tags"].get("principal") == "human"]
    assert people
    for role in people:
        policy = planned(stack).one("iam/rolePolicy:RolePolicy", role.name).inputs["policy"]
        assert ('"aws:MultiFactorAuthPresent": "true"' in role.inputs["assumeRolePolicy"]) is asked
        assert ("OnlyWithMfa" in policy) is asked


@pytest.mark.parametrize(
    ("statement", "stack", "role", "may"),
    [
        ("2.2-22", "prod", "operations", False),
        ("8.1-03", "prod", "operations", False),
        ("2.2-26", "staging", "developers", False),
        ("2.2-26", "staging", "senior-developers", True),
        ("2.2-30", "dev", "developers", True),
        ("8.1-15", "dev", "developers", True),
    ],
)
def test_who_reaches_the_database(planned: Planned, statement: str, stack: str, role: str, may: bool) -> None:
    policy = json.loads(planned(stack).one("iam/rolePolicy:RolePolicy", role).inputs["policy"])
    allowed = [action for each in policy["Statement"] if each["Effect"] == "Allow" for action in each["Action"]]
    assert ("ssm:StartSession" in allowed) is may
    assert ("secretsmanager:GetSecretValue" in allowed) is may


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("statement", ["12.2-04", "2.4-01"])
def test_no_identifier_is_invented(planned: Planned, statement: str, stack: str) -> None:
    """Ids as AWS writes them occur only where the document, or the tests' own configuration, gives them."""
    ids = re.compile(
        r"\b(?:vpc|subnet|sg|i|ami|vol|eni|rtb|acl|nat|igw|snap)-[0-9a-f]{8,17}\b|\b\d{12}\b|\bZ[0-9A-Z]{12,31}\b"
    )
    accounts = {"local": "000000000000"}
    for resource in _aws(planned(stack)):
        found = set(ids.findall(json.dumps(dict(resource.inputs)).replace(UNKNOWN, "")))
        assert found <= GIVEN | {accounts.get(stack, "867653852961")}, resource.urn


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("statement", ["0.2-05", "0.2-06", "0.2-09"])
def test_the_provider_is_bound_to_the_account_and_the_region(planned: Planned, statement: str, stack: str) -> None:
    provider = planned(stack).one("pulumi:providers:aws", "aws").inputs
    assert json.loads(provider["allowedAccountIds"]) == ["000000000000" if stack == "local" else "867653852961"]
    assert provider["region"] == "us-east-1"
    assert len(planned(stack).of("pulumi:providers:aws")) == 1


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
