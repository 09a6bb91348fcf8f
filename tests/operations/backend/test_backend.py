"""`distro backend init` on moto: everything is made, nothing is made twice, nothing becomes weaker."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.errors import UsageError
from infra.progress import silent
from operations import backend
from operations.backend import examine, init
from tests.moto_account import Account, account

STATE, LEDGER = "distronation-shared-state", "distronation-shared-ledger"
ROLE = "distronation-dev-state"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("moto")) as found:
        yield found


@pytest.fixture(autouse=True)
def _credentials(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in cloud.variables.items():
        monkeypatch.setenv(name, value)


def results() -> dict[str, str]:
    return {outcome.part: outcome.result for outcome in init(silent)}


def retention(s3: Any) -> Any:
    """The ledger's, without the zeros that moto adds."""
    found = s3.get_object_lock_configuration(Bucket=LEDGER)["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    return {name: value for name, value in found.items() if value}


def test_from_nothing_then_again() -> None:
    made = results()
    assert set(made.values()) <= {"made", "unchanged"}  # a new bucket has some of its settings from the start
    assert made[f"{STATE}: bucket"] == made[f"{LEDGER}: object lock"] == made[f"role {ROLE}"] == "made"
    assert {status.status for _, status in examine()} == {"ready"}
    assert set(results().values()) == {"unchanged"}


def test_what_was_made(cloud: Account) -> None:
    results()
    s3 = cloud.client("s3")
    for bucket in (STATE, LEDGER):
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
        assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
        assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
        sids = {each["Sid"] for each in json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]}
        assert sids == {"DistroOnlyTls", "DistroVersionsStay"}
    assert retention(s3) == {"Mode": "COMPLIANCE", "Days": 365}
    kms = cloud.client("kms")
    keys = {kms.describe_key(KeyId=f"alias/distronation-{stack}-state")["KeyMetadata"]["KeyId"]
            for stack in backend.STACKS}  # fmt: skip
    assert len(keys) == len(backend.STACKS)
    assert all(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] for key in keys)


@pytest.mark.parametrize("stack", backend.STACKS)
def test_a_role_reaches_its_own_part_alone(cloud: Account, stack: str) -> None:
    results()
    name = f"distronation-{stack}-state"
    policy = cloud.client("iam").get_role_policy(RoleName=name, PolicyName=name)["PolicyDocument"]
    statements = {each["Sid"]: each for each in policy["Statement"]}
    others = set(backend.STACKS) - {stack, "shared"}
    assert not [other for other in others if f"/{other}" in json.dumps(policy)]
    assert not [each for each in policy["Statement"] if "*" in each["Resource"] or "*" in each["Action"]]
    assert statements["SharedOutputs"]["Action"] == ["s3:GetObject"]
    assert "s3:DeleteObject" not in json.dumps(statements["OwnPages"])
    assert len(statements["OwnKey"]["Resource"]) == 1


Damage = Callable[[Any], Any]
OFF = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
GOVERNANCE = {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1000}}, "ObjectLockEnabled": "Enabled"}
ANYBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
WEAKENED: list[tuple[str, str, Damage]] = [
    (f"{STATE}: public access block", "s3",
     lambda s3: s3.put_public_access_block(Bucket=STATE, PublicAccessBlockConfiguration=OFF)),
    (f"{STATE}: encryption", "s3",
     lambda s3: s3.put_bucket_encryption(Bucket=STATE, ServerSideEncryptionConfiguration={
         "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})),
    (f"{STATE}: ownership", "s3",
     lambda s3: s3.put_bucket_ownership_controls(Bucket=STATE, OwnershipControls={
         "Rules": [{"ObjectOwnership": "ObjectWriter"}]})),
    (f"{STATE}: policy", "s3", lambda s3: s3.delete_bucket_policy(Bucket=STATE)),
    ("alias/distronation-dev-state", "kms",
     lambda kms: kms.disable_key_rotation(
         KeyId=kms.describe_key(KeyId="alias/distronation-dev-state")["KeyMetadata"]["KeyId"])),
    (f"role {ROLE}", "iam",
     lambda iam: iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=json.dumps(ANYBODY))),
    (f"role {ROLE}", "iam", lambda iam: iam.delete_role_policy(RoleName=ROLE, PolicyName=ROLE)),
    (f"{LEDGER}: object lock", "s3",
     lambda s3: s3.put_object_lock_configuration(Bucket=LEDGER, ObjectLockConfiguration=GOVERNANCE)),
]  # fmt: skip


@pytest.mark.parametrize(("part", "service", "damage"), WEAKENED)
def test_what_was_weakened_is_mended(cloud: Account, part: str, service: str, damage: Damage) -> None:
    results()
    damage(cloud.client(service))
    changed = {name: result for name, result in results().items() if result != "unchanged"}
    assert list(changed) == [part]
    assert {status.status for _, status in examine()} == {"ready"}


def test_a_longer_lock_and_others_statements_stay(cloud: Account) -> None:
    results()
    s3 = cloud.client("s3")
    longer = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 5}}}
    s3.put_object_lock_configuration(Bucket=LEDGER, ObjectLockConfiguration=longer)
    theirs = {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:PutBucketAcl",
              "Resource": f"arn:aws:s3:::{LEDGER}"}  # fmt: skip
    s3.put_bucket_policy(Bucket=LEDGER, Policy=json.dumps({"Version": "2012-10-17", "Statement": theirs}))
    assert results()[f"{LEDGER}: policy"] == "strengthened"
    statements = json.loads(s3.get_bucket_policy(Bucket=LEDGER)["Policy"])["Statement"]
    assert theirs in statements
    assert len(statements) == 3
    assert retention(s3) == {"Mode": "COMPLIANCE", "Years": 5}


def test_what_a_person_has_to_decide_is_refused_and_left(cloud: Account) -> None:
    results()
    s3, iam, kms = (cloud.client(service) for service in ("s3", "iam", "kms"))
    everybody = {"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                 "Resource": f"arn:aws:s3:::{STATE}/*"}  # fmt: skip
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    before = s3.get_bucket_policy(Bucket=STATE)["Policy"]
    s3.put_bucket_policy(Bucket=STATE, Policy=json.dumps({"Version": "2012-10-17", "Statement": [everybody]}))
    iam.put_role_policy(
        RoleName=ROLE, PolicyName="more", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [reading]})
    )
    key = kms.describe_key(KeyId="alias/distronation-prod-state")["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    try:
        refused = {outcome.part: outcome.detail for outcome in init(silent) if outcome.result == "refused"}
        assert set(refused) == {f"{STATE}: policy", f"role {ROLE}", "alias/distronation-prod-state"}
        assert "All" in refused[f"{STATE}: policy"]
        assert "more" in refused[f"role {ROLE}"]
        assert json.loads(s3.get_bucket_policy(Bucket=STATE)["Policy"])["Statement"] == [everybody]
    finally:
        s3.put_bucket_policy(Bucket=STATE, Policy=before)
        iam.delete_role_policy(RoleName=ROLE, PolicyName="more")
        kms.enable_key(KeyId=key)


def test_another_accounts_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "load_shared", lambda: _shared_of("000000000000"))
    with pytest.raises(UsageError, match="names 000000000000"):
        init(silent)


def _shared_of(number: str) -> Any:
    from infra.specification import load_shared

    return load_shared().model_copy(update={"account": number})


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(UsageError, match="no AWS credentials"):
        init(silent)
