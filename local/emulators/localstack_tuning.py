"""LocalStack on the host, started quickly: what it has to be told for that. The work is in `localstack_site/`.

Measured with 93 resources on one core (LocalStack 4.9.2, Python 3.11): 10.5 s of CPU, 715 MB without; 2.9 s, 205 MB
with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from infra.provisioning.tools import Tool
from local.emulators.lambda_runtime import python_path
from local.plan import Plan

MODULE = "distro_localstack"
"""Run in place of `localstack.runtime.main`."""

_FIRST = ("sts", "iam", "kms", "s3", "sqs", "logs", "ssm", "sns", "lambda", "secretsmanager", "cloudwatch", "events")
_LATER = ("apigateway", "scheduler")
"""Services in the order in which a deployment asks for them."""


def preparation(python: Path, lock: int | None = None) -> Tool:
    """What computes, once an environment, what LocalStack's starts have in common; takes four seconds."""
    argv = (python, "-m", f"{MODULE}.prepare", *_FIRST, *_LATER)
    return Tool(argv, folder=python.parent, variables={"PYTHONPATH": python_path()}, lock=lock)


def environment(plan: Plan) -> Mapping[str, str]:
    """LocalStack's variables where it runs on the host; in its image nothing of ours runs."""
    if plan.runtime != "host":
        return {}
    return {"GATEWAY_SERVER": "threads", "DISTRO_LOCALSTACK_PRELOAD": ",".join((*_FIRST, *_LATER))}
