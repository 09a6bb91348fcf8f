"""A stack with its state on S3 and its secrets under KMS, both moto's: the whole cycle, who sees which credentials."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine import events, state
from engine.genuine import GenuineStack, GenuineWorkspace
from engine.program import ProgramSource
from engine.toolchain import pulumi_binary
from infra.backend import backend
from infra.errors import EnvironmentBusy, OperationFailed
from infra.progress import silent
from tests.moto_account import Account, account

CANARY = "canary-secret-77af"
PROGRAM = f"""
    import os
    import pulumi

    def main():
        pulumi.ComponentResource("distronation:test:Thing", "thing")
        pulumi.export("seen", sorted(os.environ))
        pulumi.export("given", pulumi.Config("distro").get_secret("given"))
        pulumi.export("hidden", pulumi.Output.secret("{CANARY}"))
"""
STATE = "state/.pulumi/stacks/distro/dev.json"


def ignore(_: events.Event) -> None:
    """No listener."""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("moto")) as found:
        found.client("s3").create_bucket(Bucket="distronation-shared-state")
        kms = found.client("kms")
        for stack in ("dev", "prod"):
            key = kms.create_key()["KeyMetadata"]["KeyId"]
            kms.create_alias(AliasName=f"alias/distronation-{stack}-state", TargetKeyId=key)
        yield found


def stack_of(cloud: Account, folder: Path, name: str = "dev", **caller: str) -> GenuineStack:
    folder.mkdir(exist_ok=True)
    (folder / "program.py").write_text(textwrap.dedent(PROGRAM))
    place = backend(variables=cloud.variables)
    workspace = GenuineWorkspace(
        folder / "workspace", name, "", url=place.url, secrets_provider=place.secrets(name),
        plugins=folder / "plugins", caller={"HOME": str(folder), **cloud.variables, **caller},
    )  # fmt: skip
    return GenuineStack(workspace, ProgramSource(folder, "program:main"), pulumi_binary(silent))


def objects(cloud: Account) -> dict[str, str]:
    s3, bucket = cloud.client("s3"), "distronation-shared-state"
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}


def test_the_whole_cycle(cloud: Account, tmp_path: Path) -> None:
    stack = stack_of(cloud, tmp_path / "one")
    stack.init()
    stack.keep("distro:given", CANARY)
    assert dict(stack.preview(ignore).changes) == {"create": 2}
    first = stack.up(ignore, refresh=False)
    assert dict(first.changes) == {"create": 2}
    assert first.outputs.shown() == {"seen": first.outputs.clear["seen"], "given": "[secret]", "hidden": "[secret]"}
    assert (first.outputs.clear["given"], first.outputs.clear["hidden"]) == (CANARY, CANARY)
    assert [each["type"] for each in state.resources(stack.workspace.state_file)] == ["distronation:test:Thing"]
    assert stack.outputs() == first.outputs
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith("program.")]
    assert [path for path in kept if CANARY.encode() in path.read_bytes()] == []
    assert [key for key, text in objects(cloud).items() if CANARY in text] == []

    # Another machine, which has nothing but the bucket, goes on with the same data key.
    other = stack_of(cloud, tmp_path / "two")
    other.workspace.create()
    assert other.pull()
    one, two = (yaml.safe_load(each.workspace.configuration.read_text()) for each in (stack, other))
    assert one["encryptedkey"] == two["encryptedkey"]
    other.keep("distro:given", CANARY)
    assert dict(other.up(ignore, refresh=True).changes) == {"same": 2}
    assert other.outputs().clear["hidden"] == CANARY

    assert dict(other.destroy(ignore).changes) == {"delete": 2}


def test_the_program_sees_none_of_the_callers_credentials(cloud: Account, tmp_path: Path) -> None:
    stack = stack_of(cloud, tmp_path, "prod", GOOGLE_CREDENTIALS="{}", SECRET_OF_THE_CALLER="x")
    stack.init()
    stack.keep("distro:given", "x")
    seen = stack.up(ignore, refresh=False).outputs.clear["seen"]
    assert [name for name in seen if name.startswith(("AWS_", "GOOGLE_"))] == []
    assert not {"PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "SECRET_OF_THE_CALLER"} & set(seen)
    engine = stack.workspace.environment()
    assert {"AWS_SECRET_ACCESS_KEY", "GOOGLE_CREDENTIALS"} <= engine.keys()
    assert "SECRET_OF_THE_CALLER" not in engine
    assert "canary-credential" not in repr(stack.workspace)


def test_a_stack_that_somebody_else_changes_is_busy(cloud: Account, tmp_path: Path) -> None:
    stack = stack_of(cloud, tmp_path)
    stack.init()
    key = "state/.pulumi/locks/organization/distro/dev/held.json"
    lock = {"pid": 1, "username": "somebody", "hostname": "elsewhere", "timestamp": "2026-01-01T00:00:00Z"}
    s3 = cloud.client("s3")
    s3.put_object(Bucket="distronation-shared-state", Key=key, Body=json.dumps(lock))
    try:
        with pytest.raises(EnvironmentBusy, match="somebody@elsewhere"):
            stack.up(ignore, refresh=False)
        stack.recover()
        assert key in objects(cloud)
    finally:
        s3.delete_object(Bucket="distronation-shared-state", Key=key)


@pytest.mark.parametrize(
    "broken", [{"url": "s3://no-such-bucket?region=us-east-1"}, {"secrets_provider": "awskms:///alias/none?awssdk=v2"}]
)
def test_what_is_not_there_leaves_no_stack(cloud: Account, tmp_path: Path, broken: Any) -> None:
    before = objects(cloud)
    stack = stack_of(cloud, tmp_path, "staging")
    stack.workspace = replace(stack.workspace, **broken)
    with pytest.raises(OperationFailed):
        stack.init()
    assert {key for key in objects(cloud) if "staging" in key} == {key for key in before if "staging" in key}
