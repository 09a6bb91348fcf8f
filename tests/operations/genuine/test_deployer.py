"""A stack with its state on S3 and secrets under KMS, deployed as promotions deploy it; the vendor's plugin is ours."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from engine import toolchain
from engine.program import ProgramSource
from infra.backend import backend
from infra.errors import EnvironmentBusy
from infra.progress import silent
from infra.specification import load
from operations.genuine.deployer import GenuineDeployer
from operations.genuine.engine_lock import EngineLock
from operations.genuine.site import NotDeployed, Site
from promotion.deployer import Deployer
from tests.engine import emulated
from tests.moto_account import Account, account

pytestmark = pytest.mark.xdist_group("genuine")

CANARY = "canary-secret-51c2"
PROGRAM = """
    import pulumi
    import pulumi_aws as aws

    def main():
        for name in {buckets}:
            aws.s3.Bucket(name, bucket=name)
        aws.ssm.Parameter("token", name="token", type="SecureString", value=pulumi.Output.secret("{secret}"))
        pulumi.export("hidden", pulumi.Output.secret("{secret}"))
"""


@dataclass(frozen=True)
class Cloud:
    """What is deployed to: the settings that attach its provider, and a client of its own."""

    settings: Mapping[str, str]
    s3: Any


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """Where the state is."""
    with account(tmp_path_factory.mktemp("home")) as found:
        found.client("s3").create_bucket(Bucket="distronation-shared-state")
        kms = found.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/distronation-dev-state", TargetKeyId=key)
        yield found


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with emulated.account(tmp_path_factory.mktemp("cloud")) as (settings, url):
        session: Any = boto3.Session("x", "y", region_name="us-east-1")
        yield Cloud(settings, session.client("s3", endpoint_url=url))


@pytest.fixture
def site(home: Account, cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A machine that reaches the stack `dev`, which is not deployed."""
    for name, value in home.variables.items():
        monkeypatch.setenv(name, value)
    prefix = f"state/{secrets.token_hex(4)}"
    place = replace(backend(), prefix=prefix, url=home.url.replace("/state?", f"/{prefix}?"))
    engine = toolchain.pulumi_binary(silent)
    return Site("dev", engine, place, tmp_path / "records", lambda: nullcontext(cloud.settings))


def program(folder: Path, *buckets: str, secret: str = CANARY) -> ProgramSource:
    folder.mkdir()
    (folder / "program.py").write_text(textwrap.dedent(PROGRAM.format(buckets=buckets, secret=secret)))
    return ProgramSource(folder, "program:main")


def deployed(deployer: GenuineDeployer, source: ProgramSource) -> str:
    """As a promotion does it; the digest of the state afterwards."""
    plan = deployer.plan(source, deployer.state())
    with deployer.operation("promote prm-0001") as held:
        held.apply(source, plan.content, ())
        return held.state().digest


def _ops(plan: Any) -> set[tuple[str, str]]:
    return {(step.op, step.urn.rpartition("::")[2]) for step in plan.steps if step.custom and step.op != "same"}


def test_the_way_of_a_promotion(site: Site, tmp_path: Path) -> None:
    deployer: Deployer = GenuineDeployer(silent, site)
    first, second = program(tmp_path / "one", "a-one"), program(tmp_path / "two", "a-one", "a-two")
    empty = deployer.state()
    assert (dict(empty.resources), deployer.drifted()) == ({}, ())
    deployer.expect(first)
    plan = deployer.plan(first, empty)
    assert {"a-one", "token"} <= {name for op, name in _ops(plan) if op == "create"}
    with deployer.operation("promote prm-0001") as held:
        assert held.state().digest == empty.digest
        held.apply(first, plan.content, ())
        state = held.state()
    assert deployer.state().digest == state.digest
    assert CANARY.encode() not in state.content + plan.content
    assert deployer.drifted() == ()
    assert _ops(deployer.plan(first, state)) == set()

    # Another machine digests the same state alike, secrets included, and goes on from it.
    other = GenuineDeployer(silent, replace(site, records=tmp_path / "elsewhere"))
    assert other.state().digest == state.digest
    deployed(other, second)
    # What holds data stays on the way back.
    found = deployer.preserving(first, deployer.state())
    assert [urn.rpartition("::")[2] for urn in found.excluded] == ["a-two"]
    with deployer.operation("rollback") as held:
        held.apply(first, found.plan.content, found.excluded)
        assert {"a-one", "a-two"} <= {urn.rpartition("::")[2] for urn in held.state().resources}


def test_what_somebody_deleted_is_drift(site: Site, cloud: Cloud, tmp_path: Path) -> None:
    deployer = GenuineDeployer(silent, site)
    deployed(deployer, program(tmp_path / "one", "b-one"))
    cloud.s3.delete_bucket(Bucket="b-one")
    assert [urn.rpartition("::")[2] for urn in deployer.drifted()] == ["b-one"]


def test_what_nobody_deployed_is_said_by_those_who_look(site: Site) -> None:
    with pytest.raises(NotDeployed, match="distronation-shared-state has no state of it"), site.looking():
        pass


def test_checks_say_what_fails(site: Site, tmp_path: Path) -> None:
    deployer = GenuineDeployer(silent, site)
    deployed(deployer, program(tmp_path / "one"))
    failing = deployer.failing(load("dev").model_dump_json().encode())
    assert "api-health: the stack has no output api_url" in failing
    assert GenuineDeployer(silent, replace(site, stack="shared")).failing(b"") == ()


def _lock(site: Site, home: Account, **holder: object) -> str:
    key = f"{site.place.prefix}/.pulumi/locks/organization/distro/dev/one.json"
    lock = {"pid": 1, "username": "somebody", "hostname": "elsewhere", "timestamp": "2026-01-01T00:00:00Z", **holder}
    home.client("s3").put_object(Bucket=site.place.bucket, Key=key, Body=json.dumps(lock))
    return key


def test_a_lock_that_was_left_is_seen_and_freed(site: Site, home: Account, tmp_path: Path) -> None:
    deployer = GenuineDeployer(silent, site)
    source = program(tmp_path / "one")
    deployed(deployer, source)
    assert not deployer.running()
    _lock(site, home)
    assert deployer.running()
    with pytest.raises(EnvironmentBusy, match="somebody@elsewhere"):
        deployed(deployer, source)
    deployer.free()
    assert not deployer.running()
    deployed(deployer, source)


def test_freeing_ends_the_engine_on_this_machine_alone(site: Site, home: Account) -> None:
    lock = EngineLock(site.place, "dev", home.client("s3"), engine="sleep")
    for host, ended in (("elsewhere", False), (socket.gethostname(), True)):
        process = subprocess.Popen(["sleep", "600"])
        try:
            _lock(site, home, hostname=host, pid=process.pid)
            lock.free()
            assert (process.poll() is not None) == ended
            assert not lock.held()
        finally:
            process.kill()
            process.wait()


HALTED = """
import subprocess, sys
from engine import runner
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
runner.kill_children(name="sleep")
print(child.wait(), other.poll())
other.kill()
"""


def test_halting_kills_the_engines_of_this_process() -> None:
    done = subprocess.run([sys.executable, "-c", HALTED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["-9", "None"]
