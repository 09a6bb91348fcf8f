"""Runs one container and is its life: `python -m local.emulators.container ENGINE DESCRIPTION`.

The container's output becomes this process's; when the container ends, this process ends with its status; when this
process is told to end, the container is removed. One that outlives it (SIGKILL) is found by its label.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import NoReturn

import docker
from docker.errors import APIError, DockerException, NotFound
from docker.models.containers import Container as Running

from local.emulators import relay
from local.ports import LOOPBACK

LABEL = "distro.sandbox"
"""Holds the sandbox's folder."""
COMPONENT = "distro.component"
HOST = "host.docker.internal"
"""The machine, as its containers call it."""
REMOVAL = 10
"""Seconds that the engine has to remove a container."""


@dataclass(frozen=True)
class Container:
    """What to run."""

    name: str
    image: str
    environment: Mapping[str, str]
    labels: Mapping[str, str]
    root: str
    """The sandbox's folder, for the label."""
    published: Mapping[str, int] = field(default_factory=dict)
    """Port inside to loopback port of the machine."""
    relayed: Sequence[int] = ()
    """Loopback ports of the machine that containers reach at `host.docker.internal`."""
    volumes: Mapping[str, str] = field(default_factory=dict)
    """Path of the machine to the path inside."""


def container_name(root: Path, generation: str, component: str) -> str:
    """Unique on the machine, whatever checkouts and users share its engine."""
    digest = hashlib.sha256(f"{root}#{generation}".encode()).hexdigest()[:12]
    return f"distro-{digest}-{component}"


def remove_all(engine: str, root: str, component: str | None = None) -> int:
    """Remove every container of a sandbox, or of one component; returns how many. No engine, no containers."""
    labels = [f"{LABEL}={root}", *([f"{COMPONENT}={component}"] if component else [])]
    try:
        client = docker.DockerClient(base_url=engine)
    except DockerException:
        return 0
    # Another may be removing them as well.
    found = client.containers.list(all=True, ignore_removed=True, filters={"label": labels})
    for container in found:
        _remove(container)
    return len(found)


def main() -> int:
    """Run the container that the command line describes until it ends or this process is told to."""
    engine, description = sys.argv[1:]
    wanted = Container(**json.loads(description))
    # Before anything exists that would have to be removed.
    signal.signal(signal.SIGTERM, _leave)
    client = docker.DockerClient(base_url=engine)
    with contextlib.suppress(NotFound):
        _remove(client.containers.get(wanted.name))
    relay.start(_gateway(client), wanted.relayed)
    container = _create(client, wanted)
    try:
        container.start()
        return _follow(container)
    finally:
        # Functions are containers too, with the same labels.
        remove_all(engine, wanted.root, wanted.labels[COMPONENT])


def _create(client: docker.DockerClient, wanted: Container) -> Running:
    return client.containers.create(
        wanted.image,
        name=wanted.name,
        environment=dict(wanted.environment),
        labels={LABEL: wanted.root, **wanted.labels},
        ports={f"{inside}/tcp": (LOOPBACK, port) for inside, port in wanted.published.items()},
        extra_hosts={HOST: "host-gateway"},
        volumes={place: {"bind": inside, "mode": "rw"} for place, inside in wanted.volumes.items()},
    )


def _gateway(client: docker.DockerClient) -> str:
    """The machine's own address on the engine's default network."""
    configured = client.networks.get("bridge").attrs["IPAM"]["Config"] or [{}]
    return str(configured[0].get("Gateway", ""))


def _follow(container: Running) -> int:
    for chunk in container.logs(stream=True, follow=True):
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    return int(container.wait()["StatusCode"])


def _remove(container: Running) -> None:
    """Remove it, or wait while somebody else does; returns when it is gone."""
    try:
        container.remove(force=True, v=True)
    except NotFound:
        return
    except APIError as error:
        if error.status_code != HTTPStatus.CONFLICT:
            raise
        with contextlib.suppress(NotFound):
            container.wait(condition="removed", timeout=REMOVAL)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
