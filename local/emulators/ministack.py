"""MiniStack: the main AWS emulator of the profile of that name, light and quick; a process of this machine."""

from __future__ import annotations

from pathlib import Path

from local.emulators import lambda_runtime
from local.emulators.environment import environment
from local.plan import Plan
from local.ports import LOOPBACK
from local.process import Launch, Stop
from local.profiles import ALIASES, profile, signing_name
from local.readiness import HttpOk

NAME = "ministack"
SITE = Path(__file__).parent / "ministack_site"
"""Runs in MiniStack's environment."""


def launch(plan: Plan) -> Launch:
    """The server, in its own Python environment, behind a guard; see `ministack_site`."""
    port = plan.ports[NAME]
    return Launch(
        name=NAME,
        argv=(plan.tools[NAME], "-m", "distro_ministack", str(port), *_signing_names(plan)),
        env={**environment(plan, NAME, **_settings(plan)), "PYTHONPATH": f"{SITE}:{lambda_runtime.SITE}"},
        cwd=plan.home,
        log=plan.log(NAME),
        ready=HttpOk(f"{plan.url(NAME)}/_ministack/health"),
        # It keeps nothing: there is nothing to wait for.
        stop=Stop(grace=0),
    )


def _signing_names(plan: Plan) -> list[str]:
    """What may be signed for requests that MiniStack serves: calls of its services, and of the APIs it runs."""
    served = [name for name, component in profile(plan.profile).services.items() if component == NAME]
    aliases = (name for name, service in ALIASES.items() if service in served)
    return list(dict.fromkeys([*map(signing_name, served), *aliases]))


def _settings(plan: Plan) -> dict[str, str]:
    """MiniStack's variables (its README, "Configuration"), and what `distro_lambda` has to know."""
    port = str(plan.ports[NAME])
    return {
        "GATEWAY_PORT": port,
        "BIND_HOST": LOOPBACK,
        "MINISTACK_HOST": "localhost",
        "MINISTACK_ACCOUNT_ID": plan.account,
        "MINISTACK_REGION": plan.region,
        # What is not signed for any service is held to the table as well.
        "SERVICES": ",".join(_signing_names(plan)),
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        "S3_DATA_DIR": str(plan.data / NAME / "s3"),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # No engine is looked for.
        "DOCKER_HOST": f"unix://{plan.home}/no-docker",
        "AWS_ENDPOINT_URL": plan.url(NAME),
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": str(lambda_runtime.RETRY_SECONDS),
        **lambda_runtime.settings(plan),
    }
