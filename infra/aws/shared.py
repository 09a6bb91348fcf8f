"""What environments get from the `shared` stack, by one typed interface (C-13, C-85)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from infra.aws.network import Placement

STACK = "organization/distro/shared"
OUTPUTS = ("vpc_id", "vpc_cidr", "public_subnet_ids", "private_subnet_ids", "zone_id", "zone_name")


@dataclass(frozen=True)
class SharedNetwork:
    """The outputs of `shared` that environments may use; they can change none of it."""

    place: Placement
    zone_id: pulumi.Input[str]
    zone_name: str | None


def outputs(place: Placement, zone_id: pulumi.Input[str] | None, zone_name: str | None) -> dict[str, Any]:
    """What `shared` exports: the other side of `reference`."""
    values = (place.vpc_id, place.cidr, place.public_subnet_ids, place.private_subnet_ids, zone_id, zone_name)
    return dict(zip(OUTPUTS, values, strict=True))


def reference(cidr: str, zone_name: str | None, given: Mapping[str, Any] | None = None) -> SharedNetwork:
    """The outputs of the deployed `shared` stack.

    `given` (the stack's configuration `distro:shared`) stands in for it where that stack cannot be read: in the
    preview of a machine without access to its state, or before `shared` is adopted.
    """
    value: Callable[[str], Any] = given.__getitem__ if given is not None else _deployed().get_output
    place = Placement(value("vpc_id"), cidr, value("public_subnet_ids"), value("private_subnet_ids"))
    return SharedNetwork(place, value("zone_id"), zone_name)


def _deployed() -> pulumi.StackReference:
    return pulumi.StackReference("shared", STACK)
