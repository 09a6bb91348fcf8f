"""Each rule of the policy lets pass what is right and names what is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.planned import Op, Planned
from operations.preview.policy import RULES, Case, judge
from tests.operations.preview.samples import TAGGED, planned

BUCKET = "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
SSE = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
ROLE, ROLE_POLICY, POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
QUEUE, CLUSTER = "aws:sqs/queue:Queue", "aws:rds/cluster:Cluster"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SWITCHES = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")
SHUT = dict.fromkeys(SWITCHES, True)


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **statement}]})


def bucket(tags: Any = TAGGED, *, op: Op = "create", protect: bool = True) -> Planned:
    return planned(BUCKET, {"tags": tags}, op=op, protect=protect)


def broken(*resources: Planned, stack: str = "prod", announced: str = "") -> dict[str, str]:
    verdicts = judge(Case(stack, resources, frozenset({announced})))
    assert [verdict.rule for verdict in verdicts] == list(RULES)
    return {verdict.rule: verdict.detail for verdict in verdicts if verdict.result == "failed"}


WHOLE = (bucket(), planned(BLOCK, SHUT), planned(SSE, {"rules": [{"x": 1}]}))


@pytest.mark.parametrize(
    "resources",
    [
        WHOLE,
        (*WHOLE, planned(BUCKET_POLICY, {"policy": document(Principal={"AWS": "arn:aws:iam::000000000000:root"})})),
        (*WHOLE, planned(BUCKET_POLICY, {"policy": document(Principal="*", Condition={"Bool": {"aws:x": "true"}})})),
        (planned(ROLE_POLICY, {"policy": document(Action=["sqs:*"])}),),
        (
            planned(ROLE, {"permissionsBoundary": "arn:aws:iam::000000000000:policy/bounds", "tags": TAGGED}),
            planned(POLICY, {"name": "bounds", "policy": document(Action="*"), "tags": TAGGED}),
        ),
        (planned(QUEUE, {"kmsMasterKeyId": "alias/x", "tags": TAGGED}),),
        (planned(CLUSTER, {"storageEncrypted": True, "tags": TAGGED}, op="update"),),
        (planned(QUEUE, {"sqsManagedSseEnabled": True, "tags": TAGGED}, op="replace"),),
    ],
)
def test_what_is_right_passes(resources: tuple[Planned, ...]) -> None:
    assert broken(*resources) == {}


@pytest.mark.parametrize(
    ("rule", "resources"),
    [
        ("no-public-bucket", (bucket(), WHOLE[2])),
        *[("no-public-bucket", (WHOLE[0], WHOLE[2], planned(BLOCK, {**SHUT, switch: False}))) for switch in SWITCHES],
        ("no-public-bucket", (WHOLE[0], WHOLE[2], planned(BLOCK, SHUT, "another"))),
        ("no-public-bucket", (*WHOLE, planned(BUCKET_POLICY, {"policy": document(Principal="*")}))),
        ("no-public-bucket", (*WHOLE, planned(BUCKET_POLICY, {"policy": document(Principal={"AWS": ["*"]})}))),
        ("no-public-bucket", (planned("gcp:storage/bucket:Bucket", {"labels": TAGGED}),)),
        ("no-wildcard-administrator", (planned(ROLE_POLICY, {"policy": document(Action="*")}),)),
        ("no-wildcard-administrator", (planned(ROLE_POLICY, {"policy": document(Action=["s3:Get*", "iam:*"])}),)),
        ("no-wildcard-administrator", (planned(ROLE_POLICY, {"policy": document(NotAction="iam:*")}),)),
        ("no-wildcard-administrator", (planned(ROLE_POLICY, {"policy": UNKNOWN}),)),
        (
            "no-wildcard-administrator",
            (planned(POLICY, {"name": "own", "policy": document(Action="*"), "tags": TAGGED}),),
        ),
        (
            "no-wildcard-administrator",
            (planned(ATTACHMENT, {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),),
        ),
        (
            "no-wildcard-administrator",
            (planned(ROLE, {"inlinePolicies": [{"policy": document(Action="*")}], "tags": TAGGED}),),
        ),
        ("encryption-at-rest", WHOLE[:2]),
        ("encryption-at-rest", (planned(QUEUE, {"tags": TAGGED}),)),
        ("encryption-at-rest", (planned(CLUSTER, {"storageEncrypted": False, "tags": TAGGED}),)),
        ("required-tags", (bucket(tags={}), *WHOLE[1:])),
        ("required-tags", (bucket(tags={**TAGGED, "owner": ""}), *WHOLE[1:])),
        ("required-tags", (bucket(tags={**TAGGED, "environment": "dev"}), *WHOLE[1:])),
        ("stateful-protected", (bucket(protect=False), *WHOLE[1:])),
        ("stateful-not-replaced", (bucket(op="replace"), *WHOLE[1:])),
        ("stateful-not-replaced", (planned(CLUSTER, {}, op="delete"),)),
    ],
)
def test_what_is_wrong_is_named(rule: str, resources: tuple[Planned, ...]) -> None:
    found = broken(*resources)
    assert list(found) == [rule]
    assert ": " in found[rule]


def test_what_goes_is_judged_by_its_going_alone() -> None:
    assert broken(planned(QUEUE, {}, op="delete")) == {}


def test_an_announced_replacement_passes() -> None:
    assert broken(planned(CLUSTER, {}, "database", op="delete"), announced="database") == {}


def test_development_may_open_its_buckets_and_leave_them_unprotected() -> None:
    dev = {**TAGGED, "environment": "dev"}
    assert broken(bucket(tags=dev, protect=False), planned(SSE, {"rules": [{"x": 1}]}), stack="dev") == {}
