"""moto: the companion that keeps what the main AWS emulator lacks. One process an account: it ignores account ids."""

from __future__ import annotations

from pathlib import Path

from infra.provisioning.tools import Tool
from local.emulators import botocore_data
from local.emulators.environment import environment
from local.plan import Plan
from local.process import Launch, Stop
from local.profiles import PROFILES, Profile, profile
from local.readiness import PortOpen

NAME = "moto"
SITE = Path(__file__).parent / "moto_site"
"""Runs in moto's environment."""


def preparation(python: Path, lock: int | None = None) -> Tool:
    """What computes, once an environment, what moto's starts have in common."""
    services = sorted({name for table in PROFILES.values() for name in _services(table)})
    variables = {"PYTHONPATH": python_path(), "MOTO_ACCOUNT_ID": "0" * 12, "AWS_REGION": "us-east-1"}
    return Tool((python, "-m", "distro_moto.prepare", *services), folder=python.parent, variables=variables, lock=lock)


def launch(plan: Plan) -> Launch:
    """The server, in its own Python environment; see `moto_site`."""
    port = plan.ports[NAME]
    variables = environment(plan, NAME, MOTO_ACCOUNT_ID=plan.account, MOTO_ACM_VALIDATION_WAIT="0")
    return Launch(
        name=NAME,
        argv=(plan.tools[NAME], "-m", "distro_moto", str(port), *_services(profile(plan.profile))),
        env={**variables, "PYTHONPATH": python_path()},
        cwd=plan.home,
        log=plan.log(NAME),
        ready=PortOpen(port),
        stop=Stop(grace=0),
    )


def _services(table: Profile) -> list[str]:
    return [service for service, component in table.services.items() if component == NAME]


def python_path() -> str:
    """PYTHONPATH of moto's process."""
    return f"{SITE}:{botocore_data.SITE}"
