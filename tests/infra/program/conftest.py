"""One preview of each stack by the real engine serves all tests of the program."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.infra.previewing import Preview, preview

SHARED = json.dumps(
    {
        "vpc_id": "vpc-given",
        "public_subnet_ids": ["subnet-1", "subnet-2"],
        "private_subnet_ids": ["subnet-3", "subnet-4"],
        "zone_id": "Z-given",
    }
)
GOOGLE = {"distro:google-client-id": "client", "distro:google-client-secret": "canary"}
CONFIG = {"staging": {"distro:shared": SHARED, **GOOGLE}, "prod": {"distro:shared": SHARED, **GOOGLE}}


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Preview]:
    """The preview of a stack that does not exist yet."""
    found: dict[str, Preview] = {}

    def get(stack: str) -> Preview:
        if stack not in found:
            found[stack] = preview(stack, tmp_path_factory.mktemp(stack), CONFIG.get(stack))
        return found[stack]

    return get
