"""Resources of a plan, made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.planned import Op, Planned
from operations.preview.policy import TAGS

PARENT = "urn:pulumi:prod::distro::distronation:aws:S3Buckets::s3"
TAGGED: Mapping[str, Any] = {**dict.fromkeys(TAGS, "x"), "environment": "prod"}


def planned(
    type: str, inputs: Mapping[str, Any], name: str = "it", *, op: Op = "create", protect: bool = True
) -> Planned:
    """One of production, protected."""
    urn = f"{PARENT.rpartition('::')[0]}$${type}::{name}".replace("$$", "$")
    return Planned(urn, type, op, PARENT, protect=protect, inputs=inputs)
