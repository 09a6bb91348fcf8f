"""A deployed environment on genuine clouds as its clients reach it: with the caller's own credentials."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import boto3

from infra.environment import Environment
from infra.errors import UsageError
from infra.progress import Report
from infra.specification import SHARED
from operations.backend.caller import SIGN_IN, client
from operations.genuine.requirements import specification
from operations.sandbox import from_outputs
from operations.smoke import Context, Outcome, run


def specified(stack: str) -> Environment:
    """The working tree's specification. Raises UsageError for `shared`, which offers nothing that could be checked."""
    found = specification(stack)
    if not isinstance(found, Environment):
        raise UsageError(f"{SHARED} is no environment.", hint="Its users are: check one of them.")
    return found


def variables(environment: Environment, outputs: Mapping[str, Any]) -> dict[str, str]:
    """The variables with which ordinary clients reach it, credentials among them. Raises UsageError without any."""
    session = boto3.Session()
    found = session.get_credentials()
    if found is None:
        raise UsageError("There are no AWS credentials here.", hint=SIGN_IN)
    credentials = found.get_frozen_credentials()
    token = {"AWS_SESSION_TOKEN": credentials.token} if credentials.token else {}
    return {
        "AWS_REGION": environment.region, "AWS_DEFAULT_REGION": environment.region,
        "AWS_ACCESS_KEY_ID": str(credentials.access_key), "AWS_SECRET_ACCESS_KEY": str(credentials.secret_key),
        **token, **from_outputs(outputs),
    }  # fmt: skip


def smoke(
    environment: Environment, outputs: Mapping[str, Any], report: Report, only: Sequence[str] = ()
) -> list[Outcome]:
    """Check it through its real interfaces, by what was deployed."""
    clients: Callable[[str], Any] = functools.cache(lambda service: client(service, environment.region))
    return run(Context(environment, outputs, variables(environment, outputs), clients), report, only)
