"""LocalStack: the main AWS emulator of the profile of that name. Settings: docs.localstack.cloud, "Configuration"."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from local.emulators import lambda_runtime, localstack_tuning
from local.plan import Plan
from local.process import Launch
from local.profiles import profile

NAME = "localstack"


def launch(plan: Plan) -> Launch:
    """LocalStack in its image where the plan says docker, else its Python runtime on the host."""
    runtime = importlib.import_module(f"local.emulators.runtime_{plan.runtime}")
    launched: Launch = runtime.localstack(plan, settings(plan))
    return launched


def settings(plan: Plan) -> Mapping[str, str]:
    """What both runtimes have in common; addresses and folders are the runtime's."""
    return {
        "ACTIVATE_PRO": "0",
        # Presigned URLs that expired or were changed are refused, as AWS does.
        "S3_SKIP_SIGNATURE_VALIDATION": "0",
        # The table is the limit: what is not in it is answered with 501, and never loaded.
        "SERVICES": ",".join(sorted({*_INTERNAL, *(name for name, component in _services(plan) if component == NAME)})),
        "STRICT_SERVICE_LOADING": "1",
        "EAGER_SERVICE_LOADING": "0",
        "SQS_ENDPOINT_STRATEGY": "path",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "SKIP_INFRA_DOWNLOADS": "1",
        "DNS_ADDRESS": "0",
        "PERSISTENCE": "0",
        **lambda_runtime.environment(plan),
        **localstack_tuning.environment(plan),
    }


_INTERNAL = ("route53",)
"""What LocalStack's own services ask each other for: API Gateway looks a domain name's zone up. Loaded at first use."""


def _services(plan: Plan) -> list[tuple[str, str]]:
    return list(profile(plan.profile).services.items())
