"""Every resource of a rehearsed stack, read back from the emulators by its id."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from engine import state
from infra.paths import state_home
from local.provider.cloud import Cloud
from local.provider.lifecycle import Lifecycle, Result
from local.provider.naming import Urn
from local.provider.parity import plain
from local.provider.registry import registry
from local.provider.sandbox import RecordedSandbox
from tests.driver import Rehearsal

_EMULATED = ("aws:", "gcp:", "distro:")


def read_back(rehearsal: Rehearsal, *stacks: str) -> Mapping[str, Result]:
    """URN to what is there now; an empty id where it is gone."""
    cloud = Cloud(RecordedSandbox(state_home() / "sandboxes" / f"rehearsal-{rehearsal.name}"))
    lifecycle = Lifecycle(cloud, registry())

    def read(each: Mapping[str, Any]) -> tuple[str, Result]:
        found = lifecycle.read(Urn(each["urn"]), each["id"], plain(each.get("outputs", {})), plain(each["inputs"]))
        return each["urn"], found

    rows = [row for stack in stacks for row in state.resources(rehearsal.state(stack)) if _is_emulated(row)]
    with ExitStack() as opened, ThreadPoolExecutor(8) as readers:
        opened.callback(_close, cloud)
        return dict(readers.map(read, rows))


def _close(cloud: Cloud) -> None:
    cloud.http.close()
    for client in cloud._clients.values():
        client.close()


def _is_emulated(row: Mapping[str, Any]) -> bool:
    return bool(row.get("custom")) and str(row["type"]).startswith(_EMULATED)
