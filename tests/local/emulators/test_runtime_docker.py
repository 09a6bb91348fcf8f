"""The Docker runtime against a real engine that the test starts, with an image that is built on the spot.

The image stands in for LocalStack's, which is in no package registry: BusyBox's web server answers where LocalStack's
health check does. What is shown is everything around the image: choosing, ports, labels, life and death.
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import pytest

from infra.errors import OperationFailed, UsageError
from infra.progress import Progress, silent
from local import orphans, sandbox
from local.emulators import docker_engine, image
from local.emulators.container import LABEL
from local.sandbox import Sandbox, SandboxRequest

pytestmark = pytest.mark.xdist_group("docker")  # one engine on one network

NAME = "contained"
REQUEST = SandboxRequest(name=NAME, runtime="docker")
IMAGE = "distro-test/stand-in:1"
BRIDGE = f"distro{os.getpid()}"  # at most 15 characters
GATEWAY = "10.213.77.1"
SCRIPT = """#!/bin/busybox sh
/bin/busybox mkdir -p /www/_localstack
echo '{"services": {}}' > /www/_localstack/health
echo "listening on $GATEWAY_LISTEN with $SQS_ENDPOINT_STRATEGY queues"
/bin/busybox env > /www/env
exec /bin/busybox httpd -f -p "$GATEWAY_LISTEN" -h /www
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Docker engine of our own, with nothing of it outside a temporary folder."""
    missing = [tool for tool in ("dockerd", "busybox", "ip") if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"a Docker engine of our own takes root, and programs that are missing: {missing or 'none'}")
    # A socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="dockerd-") as folder:
        address = f"unix://{folder}/socket"
        log = tmp_path_factory.mktemp("dockerd") / "log"
        with _bridge():
            yield from _engine(Path(folder), address, log)


@contextmanager
def _bridge() -> Iterator[None]:
    """A network of its own, so that another engine's is left alone."""
    for step in (f"link add {BRIDGE} type bridge", f"address add {GATEWAY}/24 dev {BRIDGE}", f"link set {BRIDGE} up"):
        subprocess.run(("ip", *step.split()), check=True)
    try:
        yield
    finally:
        subprocess.run(("ip", "link", "delete", BRIDGE), check=True)


def _engine(folder: Path, address: str, log: Path) -> Iterator[str]:
    places = [f"--{name}={folder / name}" for name in ("data-root", "exec-root", "pidfile")]
    isolated = (f"--bridge={BRIDGE}", "--iptables=false", "--ip6tables=false", "--storage-driver=vfs")
    with log.open("wb") as output:
        command = ("dockerd", f"--host={address}", *places, *isolated)
        daemon = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 30
        while docker_engine._get(address, "/info") is None:
            if daemon.poll() is not None or time.monotonic() > deadline:
                pytest.skip(f"dockerd does not start here:\n{log.read_text()[-500:]}")
            time.sleep(0.05)
        _import_image(address)
        yield address
    finally:
        daemon.terminate()
        daemon.wait(20)
        # The engine leaves network namespaces mounted.
        for mount in sorted((folder / "exec-root" / "netns").glob("*")):
            subprocess.run(("umount", str(mount)), check=False, capture_output=True)


def _import_image(address: str) -> None:
    """An image from scratch: BusyBox, which needs no libraries, and the script."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.add(Path(shutil.which("busybox") or "").resolve(), "bin/busybox")
        script = tarfile.TarInfo("start")
        script.mode, script.size = 0o755, len(SCRIPT)
        archive.addfile(script, io.BytesIO(SCRIPT.encode()))
    repository, tag = IMAGE.split(":")
    with_engine = docker.DockerClient(base_url=address)
    with_engine.api.import_image_from_data(
        content.getvalue(), repository=repository, tag=tag, changes=['ENTRYPOINT ["/start"]']
    )
    with_engine.close()


@pytest.fixture
def chosen(engine: str, sandboxes: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The environment in which the engine is found and the image is the stand-in."""
    assert sandboxes is not None
    monkeypatch.setenv("DOCKER_HOST", engine)
    monkeypatch.setenv("LOCALSTACK_IMAGE", IMAGE)
    return engine


@pytest.fixture
def running(chosen: str) -> Iterator[Sandbox]:
    """A sandbox whose main emulator is a container."""
    assert chosen
    yield sandbox.start(REQUEST)
    sandbox.stop(NAME)


@pytest.fixture
def client(engine: str) -> Iterator[docker.DockerClient]:
    """A client of the engine."""
    made = docker.DockerClient(base_url=engine)
    yield made
    made.close()


def test_a_container_is_started_labelled_and_removed(running: Sandbox, client: docker.DockerClient) -> None:
    assert running.runtime == "docker"
    (container,) = client.containers.list()
    assert container.labels[LABEL] == str(running.root)
    assert container.labels["distro.generation"] == running.generation
    assert container.labels["distro.component"] == "localstack"
    assert container.attrs["Config"]["Image"] == IMAGE
    assert [mount["Destination"] for mount in container.attrs["Mounts"]] == ["/var/run/docker.sock"]
    published = {"HostIp": "127.0.0.1", "HostPort": running.endpoint("s3").rpartition(":")[2]}
    assert container.attrs["HostConfig"]["PortBindings"] == {"4566/tcp": [published]}
    assert "listening on 0.0.0.0:4566 with path queues" in running.components["localstack"].log.read_text()
    sandbox.stop(NAME)
    assert client.containers.list(all=True, ignore_removed=True) == []


def test_containers_reach_the_other_emulators(running: Sandbox, client: docker.DockerClient) -> None:
    (container,) = client.containers.list()
    moto = running.endpoint("ec2").replace("127.0.0.1", "host.docker.internal")
    status, output = container.exec_run(["/bin/busybox", "wget", "-qO-", f"{moto}/moto-api/data.json"])
    assert (status, b'"ec2"' in output) == (0, True), output


def test_functions_are_told_of_the_other_emulators_and_carry_the_labels(
    running: Sandbox, client: docker.DockerClient
) -> None:
    (container,) = client.containers.list()
    variables = dict(each.split("=", 1) for each in container.attrs["Config"]["Env"])
    options = shlex.split(variables["LAMBDA_DOCKER_FLAGS"])
    data = running.endpoint("rds-data").replace("127.0.0.1", "host.docker.internal")
    assert f"AWS_ENDPOINT_URL_RDS_DATA={data}" in options
    assert f"{LABEL}={running.root}" in options
    assert "host.docker.internal:host-gateway" in options
    assert variables["MAIN_CONTAINER_NAME"] == container.name


def test_a_functions_container_goes_with_the_sandbox(running: Sandbox, client: docker.DockerClient) -> None:
    labels = {LABEL: str(running.root), "distro.component": "localstack"}
    client.containers.run(IMAGE, ["60"], entrypoint=["/bin/busybox", "sleep"], labels=labels, detach=True)
    sandbox.stop(NAME)
    assert client.containers.list(all=True, ignore_removed=True) == []


def test_auto_takes_docker_where_an_engine_answers_and_has_the_image(chosen: str) -> None:
    choice = docker_engine.choose("auto", silent)
    assert (choice.runtime, choice.tools["docker"]) == ("docker", chosen)
    assert choice.tools["localstack-image"] == IMAGE


def test_a_killed_container_is_reported_and_started_again(running: Sandbox, client: docker.DockerClient) -> None:
    (container,) = client.containers.list()
    container.kill()
    until(lambda: _state() == "dead")
    again = sandbox.start(REQUEST)
    assert again.components["localstack"].state == "running"
    assert again.endpoint("s3") == running.endpoint("s3")
    assert len(client.containers.list(all=True, ignore_removed=True)) == 1


def test_a_killed_runner_leaves_no_second_container(running: Sandbox, client: docker.DockerClient) -> None:
    pid = running.components["localstack"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: _state() == "dead")
    sandbox.start(REQUEST)
    assert len(client.containers.list(all=True, ignore_removed=True)) == 1


def test_a_killed_supervisor_leaves_no_container(running: Sandbox, client: docker.DockerClient) -> None:
    os.kill(min(orphans.find(running.root, running.generation, "supervisor")), signal.SIGKILL)
    until(lambda: client.containers.list(all=True, ignore_removed=True) == [])
    until(lambda: orphans.find(running.root) == [])


def test_stop_finds_a_container_that_everybody_forgot(running: Sandbox, client: docker.DockerClient) -> None:
    for pid in orphans.find(running.root):
        os.kill(pid, signal.SIGKILL)
    sandbox.stop(NAME)
    assert client.containers.list(all=True, ignore_removed=True) == []


def test_an_image_that_cannot_be_had_is_one_clear_error(chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen
    monkeypatch.setenv("LOCALSTACK_IMAGE", "127.0.0.1:9/localstack:none")
    with pytest.raises(OperationFailed, match=r"127\.0\.0\.1:9/localstack:none cannot be had") as failure:
        docker_engine.choose("docker", silent)
    assert "--runtime host" in str(failure.value.hint)


def test_auto_pulls_nothing(chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen
    monkeypatch.setenv("LOCALSTACK_IMAGE", "127.0.0.1:9/localstack:none")
    said: list[Progress] = []
    assert docker_engine.choose("auto", said.append).runtime == "host"
    assert said[-1].detail == "not used: the engine has no image 127.0.0.1:9/localstack:none"


def _state() -> str:
    found = sandbox.load(NAME)
    assert found is not None
    return found.components["localstack"].state


def until(reached: object, seconds: float = 10) -> None:
    assert callable(reached)
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_no_engine_is_an_error_only_where_one_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
    assert docker_engine.choose("host", silent).runtime == "host"
    assert docker_engine.choose("auto", silent).runtime == "host"
    with pytest.raises(OperationFailed, match="no Docker engine answers"):
        docker_engine.choose("docker", silent)


def test_an_engine_on_another_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://build.example.com:2375")
    with pytest.raises(OperationFailed, match="not an engine on this machine"):
        docker_engine.choose("docker", silent)


def test_an_unknown_runtime_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no runtime 'podman'"):
        docker_engine.choose("podman", silent)


def test_the_image_is_the_last_one_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCALSTACK_IMAGE", raising=False)
    assert image.localstack() == "localstack/localstack:4.14.0"
