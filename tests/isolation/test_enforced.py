"""The deployed policies under an emulator that enforces IAM: another evaluator than ours, and real calls.

Sandboxes run MiniStack without it, so that the policies of a rehearsal are put into one of its own here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from engine import state
from local.emulators import ministack
from tests.conftest import REHEARSED
from tests.driver import Rehearsal
from tests.isolation.estate import ACCOUNT
from tests.local.emulators import alone

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("rehearsal")]

REGION = "us-east-1"
DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"}
TRUST = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
EVERYTHING: Sequence[Mapping[str, Any]] = [
    {"Effect": "Allow", "Action": "*", "Resource": "*"},
    # MiniStack looks a resource's tags up where the role's own policies ask for them, whatever its boundary asks.
    {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"aws:ResourceTag/any": "*"}}},
]
Row = Mapping[str, Any]
Client = Callable[[str], Any]


def _tags(row: Row) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in row["tags"].items()]


def _bucket(client: Client, row: Row) -> None:
    client("s3").create_bucket(Bucket=row["bucket"])
    client("s3").put_bucket_tagging(Bucket=row["bucket"], Tagging={"TagSet": _tags(row)})


def _queue_url(client: Client, row: Row) -> str:
    url: str = client("sqs").get_queue_url(QueueName=row["name"])["QueueUrl"]
    return url


@dataclass(frozen=True)
class Write:
    """A resource of a type, as it is deployed, and a change of it that a deployment makes."""

    type: str
    make: Callable[[Client, Row], object]
    change: Callable[[Client, Row], object]


WRITES = (
    Write(
        "aws:s3/bucket:Bucket", _bucket,
        lambda client, row: client("s3").put_bucket_versioning(
            Bucket=row["bucket"], VersioningConfiguration={"Status": "Enabled"}
        ),
    ),
    Write(
        "aws:sqs/queue:Queue",
        lambda client, row: client("sqs").create_queue(QueueName=row["name"], tags=row["tags"]),
        lambda client, row: client("sqs").set_queue_attributes(
            QueueUrl=f"http://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{row['name']}", Attributes={"DelaySeconds": "1"}
        ),
    ),
    Write(
        "aws:cloudwatch/logGroup:LogGroup",
        lambda client, row: client("logs").create_log_group(logGroupName=row["name"], tags=row["tags"]),
        lambda client, row: client("logs").put_retention_policy(logGroupName=row["name"], retentionInDays=1),
    ),
    Write(
        "aws:ssm/parameter:Parameter",
        lambda client, row: client("ssm").put_parameter(Name=row["name"], Value="1", Type="String", Tags=_tags(row)),
        lambda client, row: client("ssm").put_parameter(Name=row["name"], Value="2", Type="String", Overwrite=True),
    ),
    Write(
        "aws:secretsmanager/secret:Secret",
        lambda client, row: client("secretsmanager").create_secret(
            Name=row["name"], SecretString="1", Tags=_tags(row)
        ),
        lambda client, row: client("secretsmanager").update_secret(SecretId=row["name"], Description="changed"),
    ),
    Write(
        "aws:sns/topic:Topic",
        lambda client, row: client("sns").create_topic(Name=row["name"], Tags=_tags(row)),
        lambda client, row: client("sns").set_topic_attributes(
            TopicArn=row["arn"], AttributeName="DisplayName", AttributeValue="changed"
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Enforced:
    """The emulator, and what each environment has in it."""

    endpoint: str
    estates: Mapping[str, Mapping[str, Row]]

    def client(self, service: str, key: str = ACCOUNT, secret: str = "", token: str | None = None) -> Any:
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id=key,
            aws_secret_access_key=secret or "any", aws_session_token=token,
        )  # fmt: skip

    def role(self, name: str) -> Client:
        """Clients of a role."""
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        given = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        named = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return lambda service: self.client(service, *named)


@pytest.fixture(scope="module")
def enforced(rehearsal: Rehearsal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enforced]:
    def launch(plan: Any) -> Any:
        made = ministack.launch(plan)
        return replace(made, env={**made.env, "AUTH": "true", "MINISTACK_ACCOUNT_ID": ACCOUNT})

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(alone.LAUNCHES, "ministack", launch)
        with alone.running(tmp_path_factory.mktemp("enforced"), "ministack") as emulators:
            estates = {name: _estate(rehearsal, name) for name in REHEARSED}
            found = Enforced(emulators.plan.url("ministack"), estates)
            for name in REHEARSED:
                _fill(found, rehearsal, name)
            yield found


def _estate(rehearsal: Rehearsal, environment: str) -> dict[str, Row]:
    """The first resource of each type, as it is deployed."""
    rows = state.resources(rehearsal.state(environment))
    return {
        write.type: next(row["outputs"] for row in rows if row["type"] == write.type and row["outputs"].get("tags"))
        for write in WRITES
    }


def _fill(into: Enforced, rehearsal: Rehearsal, environment: str) -> None:
    """Its deployment's role, one that is given everything within the same boundary, and one without a boundary."""
    rows, iam = state.resources(rehearsal.state(environment)), into.client("iam")
    (bounds,) = (row["inputs"] for row in rows if row["type"] == "aws:iam/policy:Policy")
    boundary = iam.create_policy(PolicyName=bounds["name"], PolicyDocument=bounds["policy"])["Policy"]["Arn"]
    deployment, bounded = f"distronation-{environment}-deployment", {"PermissionsBoundary": boundary}
    own = [row["inputs"] for row in rows if row["type"] == "aws:iam/rolePolicy:RolePolicy"]
    policies = [policy["policy"] for policy in own if policy["role"] == deployment]
    for name, documents, limits in (
        (deployment, policies, bounded),
        (f"bounded-{environment}", [_document(EVERYTHING)], bounded),
        (f"boundless-{environment}", [_document(EVERYTHING)], {}),
    ):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document([TRUST]), **limits)
        for number, document in enumerate(documents):
            iam.put_role_policy(RoleName=name, PolicyName=f"policy-{number}", PolicyDocument=document)
    for write in WRITES:
        write.make(into.client, into.estates[environment][write.type])


def _document(statements: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.mark.parametrize("role", ["distronation-{}-deployment", "bounded-{}"])
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.type)
@pytest.mark.parametrize("environment", REHEARSED)
def test_it_changes_its_own_and_no_others(enforced: Enforced, environment: str, write: Write, role: str) -> None:
    client = enforced.role(role.format(environment))
    write.change(client, enforced.estates[environment][write.type])
    for other in (each for each in REHEARSED if each != environment):
        with pytest.raises(ClientError) as refused:
            write.change(client, enforced.estates[other][write.type])
        assert refused.value.response["Error"]["Code"] in DENIED


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.type)
def test_without_its_boundary_it_would_not_hold(enforced: Enforced, write: Write) -> None:
    write.change(enforced.role("boundless-dev"), enforced.estates["prod"][write.type])


def test_whoever_is_not_known_is_refused(enforced: Enforced) -> None:
    with pytest.raises(ClientError) as refused:
        enforced.client("s3", "AKIANOBODY000000000").list_buckets()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
