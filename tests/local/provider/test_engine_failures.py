"""What goes wrong under the real engine: refusals, half-made resources, secrets, and kills in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pulumi
import pulumi_aws as aws

from infra.paths import project_root
from local.provider.journal import NAME
from tests.local.provider import many
from tests.local.provider.deployment import Deployment
from tests.local.provider.test_engine import IN_ENGINE, queues, stack, tag

__all__ = ["stack", "tag"]
pytestmark = IN_ENGINE
CANARY = "canary-7f3a9c-hidden"


def test_an_unknown_type_is_named(stack: Deployment, tag: str) -> None:
    message = stack.failure(lambda: void(aws.sagemaker.Domain, tag))
    assert "the emulated provider does not know the type aws:sagemaker/domain:Domain" in message


def void(kind: Any, tag: str) -> None:
    """A resource of a type that nothing emulates."""
    kind(
        "it",
        auth_mode="IAM",
        domain_name=tag,
        subnet_ids=["subnet-1"],
        vpc_id="vpc-1",
        default_user_settings={"execution_role": "arn:aws:iam::000000000000:role/none"},
    )


def test_an_unknown_property_is_named(stack: Deployment, tag: str) -> None:
    message = stack.failure(lambda: bucket(tag, bucket_namespace="x"))
    assert "aws:s3/bucket:Bucket has no emulated property bucketNamespace" in message
    assert stack.cloud.client("s3").list_buckets(Prefix=tag)["Buckets"] == []


def bucket(name: str, **settings: Any) -> None:
    aws.s3.Bucket("it", bucket=name, **settings)


def test_an_error_names_resource_call_answer_and_property(stack: Deployment, tag: str) -> None:
    message = stack.failure(lambda: parameter(tag, "Nonsense"))
    assert f"aws:ssm/parameter:Parameter {tag}: ssm:PutParameter answered ValidationException" in message
    assert "(type = Nonsense)" in message


def parameter(name: str, kind: str) -> None:
    aws.ssm.Parameter(name, name=f"/{name}", type=kind, value="x")


def test_what_exists_after_a_half_made_create_is_recorded_and_mended(stack: Deployment, tag: str) -> None:
    message = stack.failure(lambda: bucket(tag, tags={"aws:reserved": "x"}))
    assert "s3:PutBucketTagging answered" in message
    assert stack.resources()["it"]["id"] == tag
    assert stack.up(lambda: bucket(tag, tags={"a": "b"})) == {"same": 1, "update": 1}
    assert stack.cloud.client("s3").get_bucket_tagging(Bucket=tag)["TagSet"] == [{"Key": "a", "Value": "b"}]


def test_somebody_else_s_resource_is_not_taken_over(stack: Deployment, tag: str) -> None:
    iam, trust = stack.cloud.client("iam"), '{"Version": "2012-10-17", "Statement": []}'
    iam.create_role(RoleName=tag, AssumeRolePolicyDocument=trust)
    assert "iam:CreateRole answered EntityAlreadyExists" in stack.failure(lambda: role(tag, trust))
    iam.delete_role(RoleName=tag)


def role(name: str, trust: str) -> None:
    aws.iam.Role("it", name=name, assume_role_policy=trust)


def secretive(tag: str, text: str) -> None:
    """A secret in every kind of place: a value, inside a block, inside a text, in what is computed from it."""
    hidden = pulumi.Output.secret(text)
    secret = aws.secretsmanager.Secret("secret", name=tag, recovery_window_in_days=0)
    version = aws.secretsmanager.SecretVersion("version", secret_id=secret.id, secret_string=hidden)
    aws.ssm.Parameter("parameter", name=f"/{tag}", type="SecureString", value=hidden)
    aws.sqs.Queue("queue", name=tag, tags={"plain": "x", "hidden": hidden})
    aws.kms.Key("key", description=pulumi.Output.concat("opens with ", hidden), deletion_window_in_days=7)
    held = aws.secretsmanager.get_secret_version_output(secret_id=version.secret_id)
    pulumi.export("held", held.secret_string)


def test_a_secret_shows_nowhere(stack: Deployment, tag: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    stack.up(partial(secretive, tag, CANARY), plan=None)
    stack.preview(partial(secretive, tag, f"{CANARY}-2"), plan=str(plan))
    stack.up(partial(secretive, tag, f"{CANARY}-2"))
    stack.up(partial(secretive, tag, f"{CANARY}-2"))
    assert (
        stack.cloud.client("ssm")
        .get_parameter(Name=f"/{tag}", WithDecryption=True)["Parameter"]["Value"]
        .endswith("-2")
    )
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert plan in written
    assert [str(path) for path in written if CANARY.encode() in path.read_bytes()] == []
    assert CANARY not in stack.output
    assert CANARY not in "".join(str(event.__dict__) for event in stack.events if not event.diagnostic_event)


def test_a_killed_run_makes_nothing_twice(stack: Deployment, tag: str) -> None:
    arguments = [str(stack.folder), str(stack.port), tag]
    with subprocess.Popen([sys.executable, "-m", "tests.local.provider.many", *arguments], cwd=project_root()) as run:
        kill_when(stack.folder / NAME, 9, run.pid)
    time.sleep(1)  # calls under way when the engine died end in the provider
    stack.stack.cancel()
    assert 0 < sum(made(stack, tag).values()) < 3 * many.COUNT
    stack.up(partial(many.program, tag))
    assert made(stack, tag) == {"queues": many.COUNT, "keys": many.COUNT, "apis": many.COUNT}
    assert stack.up(partial(many.program, tag)) == {"same": 3 * many.COUNT + 1}


def made(stack: Deployment, tag: str) -> dict[str, int]:
    kms, cloud = stack.cloud.client("kms"), stack.cloud
    about = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    apis = cloud.client("apigateway").get_rest_apis(limit=500)["items"]
    return {
        "queues": len(queues(stack, tag)),
        "keys": len([key for key in about if key["Description"].startswith(tag) and key["KeyState"] == "Enabled"]),
        "apis": len([api for api in apis if api["name"].startswith(tag)]),
    }


def kill_when(journal: Path, count: int, pid: int) -> None:
    """SIGKILL to a run and its engine once the journal knows of so many resources."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if journal.exists() and journal.read_text().count('"created"') >= count:
            run = psutil.Process(pid)
            for process in [*run.children(recursive=True), run]:
                process.send_signal(signal.SIGKILL)
            return
        time.sleep(0.002)
    raise AssertionError("nothing was made within a minute")
