"""Which regions a service has: LocalStack's stores and moto's backends ask, and read 1.2 MB of JSON each time."""

from __future__ import annotations

import boto3

from .kept import kept

_compute = boto3.Session.get_available_regions
_known: dict[tuple[str, str, bool], list[str]] = {}


def install() -> None:
    """Answer from what is kept."""
    boto3.Session.get_available_regions = available_regions  # type: ignore[assignment, method-assign]


def available_regions(
    session: boto3.Session, service_name: str, partition_name: str = "aws", allow_non_regional: bool = False
) -> list[str]:
    """As boto3's method."""
    asked = (service_name, partition_name, allow_non_regional)
    if asked not in _known:
        _known[asked] = kept("regions-{}-{}-{:d}".format(*asked), lambda: _compute(session, *asked))
    return list(_known[asked])
