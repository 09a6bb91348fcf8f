"""A sandbox as its users see it: real emulators, started, looked at, broken and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import boto3
import psycopg
import pytest

from infra.errors import OperationFailed, UsageError
from infra.progress import Progress
from local import generation, lock, orphans, sandbox
from local.emulators import postgres
from local.profiles import profile
from local.sandbox import Sandbox, SandboxRequest

pytestmark = pytest.mark.xdist_group("sandboxes")

NAME = "feature-upload"
HEAVY = SandboxRequest(name=NAME, runtime="host")
LIGHT = replace(HEAVY, profile="ministack")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One that runs, for tests that leave it as it was."""
    with _in(tmp_path_factory.mktemp("shared")):
        yield sandbox.start(HEAVY)
        sandbox.stop(NAME)


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Another one, on the light profile, whose folder is not the current one."""
    home = tmp_path_factory.mktemp("light")
    with _in(home):
        started = sandbox.start(LIGHT)
    yield started
    with _in(home):
        sandbox.stop(NAME)


@contextlib.contextmanager
def _in(home: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "state_home", lambda: home)
        yield


@pytest.fixture
def running(sandboxes: Path) -> Iterator[Sandbox]:
    """One that runs, for tests that break it."""
    assert sandboxes is not None
    yield sandbox.start(LIGHT)
    sandbox.stop(NAME)


def test_start_look_stop(sandboxes: Path) -> None:
    steps: list[Progress] = []
    assert sandbox.load(NAME) is None
    started = sandbox.start(HEAVY, steps.append)
    assert started == sandbox.load(NAME)
    assert set(started.components) == set(profile("localstack").components)
    assert {component.state for component in started.components.values()} == {"running"}
    assert {step.item for step in steps if (step.phase, step.state) == ("emulators", "done")} == set(started.components)
    assert sandbox.names() == [NAME]

    again = sandbox.start(HEAVY)
    assert again == started

    sandbox.stop(NAME)
    assert_nothing_is_left(started)
    assert list(sandboxes.iterdir()) == []
    assert sandbox.load(NAME) is None
    sandbox.stop(NAME)


def assert_nothing_is_left(gone: Sandbox) -> None:
    assert orphans.find(gone.root) == []
    for component, port in gone.plan.ports.items():
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, component


def test_ordinary_clients_reach_every_emulator(shared: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(variable)
    for variable, value in shared.environment().items():
        monkeypatch.setenv(variable, value)
    session = boto3.session.Session()
    session.client("sqs").create_queue(QueueName="ingest")
    assert session.client("sts").get_caller_identity()["Account"] == "000000000000"
    vpc = session.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]
    assert vpc["OwnerId"] == "000000000000"
    with psycopg.connect(postgres.superuser_url(shared.plan)) as connection:
        found = connection.execute("select current_user, current_setting('wal_level')").fetchone()
    assert found == ("postgres", "replica")
    with socket.create_connection(tuple_of(shared.environment()["FIREBASE_AUTH_EMULATOR_HOST"])):
        pass


def tuple_of(address: str) -> tuple[str, int]:
    host, port = address.split(":")
    return host, int(port)


def test_the_database_wants_its_password(shared: Sandbox) -> None:
    url = postgres.superuser_url(shared.plan).replace(shared.plan.secrets["postgres"], "guessed")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_secrets_lie_in_a_file_that_only_its_owner_reads(shared: Sandbox) -> None:
    record = shared.root / "sandbox.json"
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert stat.S_IMODE(shared.root.stat().st_mode) == 0o700
    password = shared.plan.secrets["postgres"]
    for file in (path for path in shared.root.rglob("*") if path.is_file() and path != record):
        assert password.encode() not in file.read_bytes(), file
    for process in orphans.find(shared.root):
        for kind in ("cmdline", "environ"):
            assert password.encode() not in Path(f"/proc/{process}/{kind}").read_bytes()
    assert password not in repr(shared)


def test_everything_listens_on_loopback_only(shared: Sandbox) -> None:
    listening = {entry for table in ("tcp", "tcp6") for entry in _listening(Path(f"/proc/net/{table}"))}
    for component, port in shared.plan.ports.items():
        found = {address for address, number in listening if number == port}
        assert found, component
        assert found <= LOOPBACK, component


LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F"}
"""127.0.0.1, and what it is to a socket of IPv6, as the kernel writes them."""


def _listening(table: Path) -> Iterator[tuple[str, int]]:
    for line in table.read_text().splitlines()[1:]:
        words = line.split()
        if words[3] == "0A":
            address, port = words[1].split(":")
            yield address, int(port, 16)


def test_a_service_that_no_emulator_serves_is_refused(shared: Sandbox) -> None:
    assert shared.endpoint("sqs") == shared.endpoint("localstack")
    assert shared.endpoint("monitoring") == shared.endpoint("cloudwatch")
    with pytest.raises(OperationFailed, match="No emulator of the profile 'localstack' serves"):
        shared.endpoint("dynamodb")


@pytest.mark.parametrize("component", profile("ministack").components)
def test_a_killed_component_is_reported_and_started_again_alone(light: Sandbox, component: str) -> None:
    _killed_and_started_again(light, LIGHT, component)


def test_a_killed_localstack_too(shared: Sandbox) -> None:
    _killed_and_started_again(shared, HEAVY, "localstack")


def _killed_and_started_again(running: Sandbox, request: SandboxRequest, component: str) -> None:
    with _in(running.root.parents[1]):
        before = sandbox.start(request)
        killed = before.components[component].pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        found = until_dead(component)
        assert found.components[component].ended in ("SIGKILL", "gone")
        assert [each.name for each in found.components.values() if each.state != "running"] == [component]

        again = sandbox.start(request)
    assert again.generation == before.generation
    for name, each in again.components.items():
        assert each.state == "running"
        assert each.endpoint == before.components[name].endpoint
        assert (each.pid == before.components[name].pid) is (name != component)


def until_dead(component: str) -> Sandbox:
    deadline = time.monotonic() + 2
    while True:
        found = sandbox.load(NAME)
        assert found is not None
        if found.components[component].state == "dead":
            return found
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_nothing_survives_the_supervisor(running: Sandbox) -> None:
    os.kill(supervisor(running), signal.SIGKILL)
    until_no_process(running, 2)
    assert sandbox.load(NAME) is None
    again = sandbox.start(LIGHT)
    assert again.generation != running.generation
    assert {component.state for component in again.components.values()} == {"running"}


def test_nothing_survives_the_supervisor_and_its_guardian_after_stop(running: Sandbox) -> None:
    for process in orphans.find(running.root, running.generation, "supervisor"):
        os.kill(process, signal.SIGKILL)
    sandbox.stop(NAME)
    assert_nothing_is_left(running)
    assert sandbox.names() == []


def test_a_supervisor_that_hangs_is_ended(running: Sandbox) -> None:
    os.kill(supervisor(running), signal.SIGSTOP)
    sandbox.stop(NAME)
    assert_nothing_is_left(running)


def supervisor(found: Sandbox) -> int:
    pids = orphans.find(found.root, found.generation, "supervisor")
    return min(pids)  # the guardian is its child


def until_no_process(found: Sandbox, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while left := orphans.find(found.root):
        assert time.monotonic() < deadline, left
        time.sleep(0.01)


def test_two_sandboxes_share_nothing(running: Sandbox) -> None:
    other = sandbox.start(replace(LIGHT, name="other"))
    assert set(other.plan.ports.values()).isdisjoint(running.plan.ports.values())
    assert other.plan.secrets.keys() == running.plan.secrets.keys()
    assert not set(other.plan.secrets.values()) & set(running.plan.secrets.values())
    client(running, "s3").create_bucket(Bucket="content")
    assert client(other, "s3").list_buckets()["Buckets"] == []
    sandbox.stop("other")
    assert_nothing_is_left(other)
    assert [bucket["Name"] for bucket in client(running, "s3").list_buckets()["Buckets"]] == ["content"]


def client(found: Sandbox, service: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - boto3 makes its types at run time
    return boto3.client(
        service,
        endpoint_url=found.endpoint(service),
        region_name=found.region,
        aws_access_key_id=found.account,
        aws_secret_access_key="test",
    )


def test_several_starts_at_once_are_one(sandboxes: Path) -> None:
    assert sandboxes is not None
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: sandbox.start(LIGHT), range(4)))
    assert len({each.generation for each in started}) == 1
    assert len(orphans.find(started[0].root, started[0].generation, "supervisor")) == 2  # with its guardian


def test_start_and_stop_at_once_leave_all_or_nothing(sandboxes: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        starting = pool.submit(sandbox.start, LIGHT)
        time.sleep(0.5)
        pool.submit(sandbox.stop, NAME).result()
        failed = starting.exception()
    assert failed is None or isinstance(failed, OperationFailed)
    found = sandbox.load(NAME)
    if found is None:
        assert orphans.find(sandboxes / NAME) == []
    sandbox.stop(NAME)
    assert sandbox.names() == []


def test_a_deleted_folder_stops_the_sandbox(running: Sandbox) -> None:
    running.root.rename(running.root.with_name("moved"))
    until_no_process(running, 6)


def _outside_the_ephemeral_ports() -> int:
    """A free port that the kernel gives to nobody who names none: not to a test beside this one either."""
    for port in range(20000, 30000):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no free port")


def test_a_wanted_port_is_had_or_refused(sandboxes: Path) -> None:
    port = _outside_the_ephemeral_ports()
    with socket.create_server(("127.0.0.1", port)):
        wanted = replace(LIGHT, ports={"moto": port})
        with pytest.raises(OperationFailed, match=f"^Port {port} of moto is taken by another program") as failure:
            sandbox.start(wanted)
    assert failure.value.hint is not None
    assert sandbox.load(NAME) is None
    assert orphans.find(sandboxes / NAME) == []
    assert sandbox.start(wanted).endpoint("moto") == f"http://127.0.0.1:{port}"


def test_an_emulator_that_does_not_come_up_leaves_nothing_but_its_log(
    sandboxes: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'No module named moto' >&2\nexit 1\n")
    broken.chmod(0o755)
    plan = generation._plan
    monkeypatch.setattr(generation, "_plan", lambda *given: replaced(plan(*given), moto=str(broken)))
    with pytest.raises(OperationFailed, match="moto ended with exit code 1") as failure:
        sandbox.start(LIGHT)
    assert "No module named moto" in failure.value.message
    assert sandbox.load(NAME) is None
    assert orphans.find(sandboxes / NAME) == []
    assert [entry.name for entry in (sandboxes / NAME).iterdir()] == ["logs"]


def replaced(plan, **tools: str):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - Plan
    return type(plan)(**{**vars(plan), "tools": {**plan.tools, **tools}})


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a b", "a\n"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no name for a sandbox"):
        sandbox.load(name)


def test_a_running_sandbox_keeps_what_it_was_started_with(shared: Sandbox) -> None:
    with pytest.raises(UsageError, match="runs with region 'us-east-1', not 'eu-west-1'"):
        sandbox.start(SandboxRequest(name=shared.name, region="eu-west-1"))


def test_the_lock_tells_whether_the_supervisor_lives(shared: Sandbox) -> None:
    assert lock.is_held(sandbox.lock_file(shared.name))
    assert not lock.is_held(sandbox.lock_file("other"))
