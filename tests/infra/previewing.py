"""Previews of the program by the real engine, and what it would make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.planned import Planned
from engine.program import ProgramSource
from engine.toolchain import pulumi_binary
from infra.paths import project_root
from infra.progress import silent
from operations.preview.offline import plan_in

__all__ = ["UNKNOWN", "Planned", "Preview", "preview"]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for a value that is known after the deployment only."""


@dataclass(frozen=True)
class Preview:
    """Everything that a stack would consist of."""

    stack: str
    resources: tuple[Planned, ...]

    def of(self, kind: str) -> list[Planned]:
        """The resources of a type, given by the end of its token: `sqs/queue:Queue`."""
        return [each for each in self.resources if each.type.endswith(kind)]

    def one(self, kind: str, name: str) -> Planned:
        """The resource of a type and name, the name perhaps with its component before it: `s3/content`."""
        component, _, last = name.rpartition("/")
        found = [each for each in self.of(kind) if each.name == last and component in ("", each.component)]
        assert len(found) == 1, f"{len(found)} resources {kind} {name} in {self.stack}"
        return found[0]


def preview(stack: str, folder: Path, config: Mapping[str, str] | None = None) -> Preview:
    """Preview a stack that does not exist yet."""
    source, pulumi = ProgramSource(project_root()), pulumi_binary(silent)
    found = plan_in(folder, stack, source, pulumi, lambda _: None, config or {})
    return Preview(found.stack, found.resources)
