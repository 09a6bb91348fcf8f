"""What a preview says of each resource: the step that is planned, its inputs before and after, and what differs.

Read from the engine's event stream (`sdk/go/common/apitype/events.go`), in which secrets are masked already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Op = Literal["create", "update", "replace", "delete", "same"]

_OPS: Mapping[str, Op] = {
    "create": "create",
    "import": "create",
    "update": "update",
    "replace": "replace",
    "delete": "delete",
    "discard": "delete",
    "same": "same",
    "read": "same",
}
"""Of a replacement the step `replace` counts; those of its making and unmaking name the same resource again."""


@dataclass(frozen=True)
class Planned:
    """One resource of a preview. `inputs` are those that are wanted, `before` those that the state holds.

    `differences` are the property paths that differ, with the engine's kind of each (`update-replace`).
    """

    urn: str
    type: str
    op: Op
    parent: str = ""
    custom: bool = True
    protect: bool = False
    inputs: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    differences: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def component(self) -> str:
        """The name of the component that it belongs to."""
        return self.parent.rsplit("::", 1)[-1]


class Plans:
    """A witness of a preview's event stream that keeps each resource, by its URN."""

    event = "resourcePreEvent"

    def __init__(self) -> None:
        self._found: dict[str, Planned] = {}

    def __call__(self, record: Mapping[str, Any]) -> None:
        """Take one record; all but one event of each step are passed over."""
        if self.event in record:
            for planned in _planned(record[self.event]["metadata"]):
                self._found[planned.urn] = planned

    def __iter__(self) -> Iterator[Planned]:
        """In the order in which the engine came to them."""
        return iter(self._found.values())


class Readings(Plans):
    """The same for the preview of a refresh: the end of a step says what was read, `before` is the state."""

    event = "resOutputsEvent"


def _planned(metadata: Mapping[str, Any]) -> Iterator[Planned]:
    op = _OPS.get(metadata["op"])
    if op is None:
        return
    old, new = metadata.get("old") or {}, metadata.get("new") or {}
    known = new or old
    yield Planned(
        metadata["urn"],
        metadata["type"],
        op,
        known.get("parent", ""),
        known.get("custom", False),
        known.get("protect", False),
        new.get("inputs") or {},
        old.get("inputs") or {},
        {path: entry.get("diffKind", "update") for path, entry in (metadata.get("detailedDiff") or {}).items()},
    )
