"""Lambda on the host: functions run through AWS's runtime interface emulator, without Docker.

`localstack_site/` is a folder of the Python path of LocalStack and MiniStack; what is in it runs in their environments.
This module says what they have to be told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from local.emulators import botocore_data
from local.plan import Plan
from local.profiles import endpoint_variable, profile

SITE = Path(__file__).parent / "localstack_site"
"""Holds the plug-in with its entry point, and the start of LocalStack."""

RETRY_SECONDS = 0
"""Before the first retry of an asynchronous invocation, twice that before the second; AWS takes one and two minutes."""
POLL_SECONDS = 1
"""Between two looks into a queue that feeds a function and was empty; LocalStack would let it grow to ten."""


def environment(plan: Plan) -> Mapping[str, str]:
    """LocalStack's variables where it runs on the host; its image has an executor of its own."""
    if plan.runtime != "host":
        return {}
    return {
        "LAMBDA_RUNTIME_EXECUTOR": "rie",
        "LAMBDA_RETRY_BASE_DELAY": str(RETRY_SECONDS),
        "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": str(POLL_SECONDS),
        **settings(plan),
    }


def settings(plan: Plan) -> Mapping[str, str]:
    """What `distro_lambda` itself has to know."""
    return {
        "DISTRO_LAMBDA_EMULATOR": plan.tools["lambda-rie"],
        "DISTRO_LAMBDA_FOLDER": str(plan.data / "lambda"),
        "DISTRO_LAMBDA_VARIABLES": json.dumps(endpoints(plan)),
        "DISTRO_LAMBDA_PORTS": json.dumps(sorted(plan.ports.values())),
    }


def endpoints(plan: Plan) -> dict[str, str]:
    """Where functions find services that the main emulator does not serve; AWS_ENDPOINT_URL leads to that one."""
    table = profile(plan.profile)
    others = {name: component for name, component in table.services.items() if component != table.main}
    return {endpoint_variable(name): plan.url(component) for name, component in sorted(others.items())}


def python_path() -> str:
    """PYTHONPATH of LocalStack's process: it finds the plug-in by its metadata there."""
    return f"{SITE}:{botocore_data.SITE}"
