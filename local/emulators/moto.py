"""moto: the companion that keeps what the main AWS emulator lacks. One process an account: it ignores account ids."""

from __future__ import annotations

from pathlib import Path

from local.emulators.environment import environment
from local.plan import Plan
from local.process import Launch, Stop
from local.profiles import profile
from local.readiness import PortOpen

NAME = "moto"
SITE = Path(__file__).parent / "moto_site"
"""Runs in moto's environment."""


def launch(plan: Plan) -> Launch:
    """The server, in its own Python environment; see `moto_site`."""
    port = plan.ports[NAME]
    services = [service for service, component in profile(plan.profile).services.items() if component == NAME]
    variables = environment(plan, NAME, MOTO_ACCOUNT_ID=plan.account, MOTO_ACM_VALIDATION_WAIT="0")
    return Launch(
        name=NAME,
        argv=(plan.tools[NAME], "-m", "distro_moto", str(port), *services),
        env={**variables, "PYTHONPATH": str(SITE)},
        cwd=plan.home,
        log=plan.log(NAME),
        ready=PortOpen(port),
        stop=Stop(grace=0),
    )
