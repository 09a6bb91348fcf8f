"""The state of a function: ready at once, where MiniStack waits half a second, and Failed without an interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.services import lambda_svc

_READY = {
    "State": "Active", "StateReason": "", "StateReasonCode": "",
    "LastUpdateStatus": "Successful", "LastUpdateStatusReason": "", "LastUpdateStatusReasonCode": "",
}  # fmt: skip


def install() -> None:
    """Replace the one function that lets a function become ready."""
    lambda_svc._schedule_state_transition = settle


def runs(config: Mapping[str, Any]) -> bool:
    """Whether there is an interpreter for it."""
    return str(config.get("Runtime")).startswith("python3.")


def why_not(config: Mapping[str, Any]) -> str:
    """What a function that cannot run is told with, in the words of LocalStack's executor."""
    return f"{config.get('Runtime') or 'a container image'} does not run without Docker: only the Python runtimes do"


def settle(name: str, _delay: float) -> None:
    """Give a function and its versions their state."""
    function = lambda_svc._functions.get(name) or {}
    for held in (function, *function.get("versions", {}).values()):
        config = held.get("config")
        if config and not _initialises(config):
            config.update(_READY if runs(config) else _failed(config))


def _initialises(config: Mapping[str, Any]) -> bool:
    """A version with SnapStart is ready when its snapshot is."""
    snapshot = (config.get("SnapStart") or {}).get("OptimizationStatus") == "On"
    return snapshot and config.get("Version") not in (None, "", "$LATEST")


def _failed(config: Mapping[str, Any]) -> dict[str, str]:
    why = why_not(config)
    return {
        "State": "Failed", "StateReason": why, "StateReasonCode": "InvalidRuntime",
        "LastUpdateStatus": "Failed", "LastUpdateStatusReason": why, "LastUpdateStatusReasonCode": "InvalidRuntime",
    }  # fmt: skip
