"""The specification of the environment that the suites run against: the release's own."""

from __future__ import annotations

import os
from functools import cache

from infra.environment import Environment
from infra.specification import load


@cache
def specification() -> Environment:
    """As it is emulated: genuine clouds are promoted to by a later version."""
    return load(os.environ["DISTRO_ENVIRONMENT"]).emulated()
