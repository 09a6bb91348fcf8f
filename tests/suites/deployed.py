"""The specification of the environment that the suites run against: the release's own."""

from __future__ import annotations

import os
from functools import cache

from infra.environment import Environment
from infra.specification import load


@cache
def specification() -> Environment:
    """Of the release that is deployed there, on the clouds that it is deployed on."""
    found = load(os.environ["DISTRO_ENVIRONMENT"])
    return found if os.environ["DISTRO_CLOUD"] == "genuine" else found.emulated()
