"""The parts of the protocol that need more than one line: differences, refused inputs, half-made resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from typing import Any, NoReturn

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.provider.difference import Change, Difference, Kind
from local.provider.lifecycle import Result
from local.provider.wire import to_struct

KINDS = {
    (Kind.ADD, False): provider_pb2.PropertyDiff.ADD,
    (Kind.ADD, True): provider_pb2.PropertyDiff.ADD_REPLACE,
    (Kind.DELETE, False): provider_pb2.PropertyDiff.DELETE,
    (Kind.DELETE, True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    (Kind.UPDATE, False): provider_pb2.PropertyDiff.UPDATE,
    (Kind.UPDATE, True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}

LOST = ("defaultTags", "ignoreTags", "assumeRoles")
"""Settings of a provider instance that an attached provider cannot keep apart: Create names no instance."""


PACKAGES = ("pulumi-aws", "pulumi-gcp")
"""The SDKs whose types are served."""


@cache
def version() -> str:
    """The highest version among the SDKs."""
    return max(
        (metadata.version(package) for package in PACKAGES), key=lambda text: [int(part) for part in text.split(".")]
    )


def refused_settings(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Provider settings that would be dropped in silence, and why."""
    reason = "is not emulated: an attached provider cannot tell provider instances apart; give it to each resource"
    return [(name, f"{name} {reason}") for name in LOST if settings.get(name)]


def check_failures(failures: Iterable[tuple[str, str]]) -> list[Any]:
    """Refused properties as the engine wants them."""
    return [provider_pb2.CheckFailure(property=name, reason=reason) for name, reason in failures]


def diff_response(found: Difference) -> Any:
    """Changes with their kinds and places."""
    changed = provider_pb2.DiffResponse.DIFF_SOME if found.changes else provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=changed,
        diffs=found.properties,
        replaces=found.replaces,
        deleteBeforeReplace=found.delete_first,
        detailedDiff={change.path: _place(change) for change in found.changes},
        hasDetailedDiff=True,
    )


def _place(change: Change) -> Any:
    return provider_pb2.PropertyDiff(kind=KINDS[change.kind, change.replace], inputDiff=True)


def abort_partly(context: grpc.ServicerContext, reason: str, left: Result) -> NoReturn:
    """Fail, but tell the engine what exists: it records that, and the next run mends or removes it."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=left.id, properties=to_struct(left.outputs), inputs=to_struct(left.inputs), reasons=[reason]
    )
    status = status_pb2.Status(code=grpc.StatusCode.FAILED_PRECONDITION.value[0], message=reason)
    status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, reason)
    raise AssertionError("abort always raises")
