"""The image of LocalStack: which one, and getting it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from infra.errors import OperationFailed
from infra.progress import Progress, Report

if TYPE_CHECKING:
    from docker import DockerClient

LOCALSTACK = "localstack/localstack:4.14.0"
"""The last release whose image asks for no token."""


def localstack() -> str:
    """The image to run: LOCALSTACK_IMAGE, for mirrors of the registry, or the pinned one."""
    return os.environ.get("LOCALSTACK_IMAGE") or LOCALSTACK


def pull(address: str, image: str, on_progress: Report) -> None:
    """Pull an image into the engine; raises OperationFailed where it cannot be had."""
    import docker
    from docker.errors import DockerException

    try:
        _pull(docker.DockerClient(base_url=address), image, on_progress)
    except (DockerException, OSError) as error:
        raise OperationFailed(
            f"The image {image} cannot be had: {_reason(error)}",
            hint="Check the engine's access to the registry, name a mirror in LOCALSTACK_IMAGE, or use --runtime host.",
        ) from error


def _pull(client: DockerClient, image: str, on_progress: Report) -> None:
    on_progress(Progress("emulators", "image", "running", f"pulling {image}"))
    layers: dict[str, tuple[int, int]] = {}
    for event in client.api.pull(image, stream=True, decode=True):
        if "error" in event:
            raise OperationFailed(f"The image {image} cannot be had: {event['error']}")
        _count(layers, event)
        done, total = _sums(layers.values())
        on_progress(Progress("emulators", "image", "running", f"pulling {image}", done=done, total=total))
    on_progress(Progress("emulators", "image", "done", image))


def _count(layers: dict[str, tuple[int, int]], event: Mapping[str, Any]) -> None:
    detail = event.get("progressDetail") or {}
    if event.get("status") == "Downloading" and detail.get("total"):
        layers[event["id"]] = (detail["current"], detail["total"])


def _sums(layers: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Megabytes downloaded, and to download."""
    pairs = list(layers)
    return sum(done for done, _ in pairs) // 2**20, sum(total for _, total in pairs) // 2**20


def _reason(error: Exception) -> str:
    return str(getattr(error, "explanation", None) or error)
