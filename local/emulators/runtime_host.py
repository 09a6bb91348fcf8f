"""The host runtime: an emulator as a process of this machine, in its own Python environment."""

from __future__ import annotations

from collections.abc import Mapping

from local.emulators import lambda_runtime, localstack_tuning
from local.emulators.environment import environment
from local.plan import Plan
from local.ports import LOOPBACK
from local.process import Launch, Stop
from local.readiness import HttpOk


def localstack(plan: Plan, settings: Mapping[str, str]) -> Launch:
    """LocalStack's runtime, all of its files below the sandbox's data folder."""
    port = plan.ports["localstack"]
    places = {
        "OVERRIDE_IN_DOCKER": "0",
        "GATEWAY_LISTEN": f"{LOOPBACK}:{port}",
        "LOCALSTACK_HOST": f"localhost:{port}",
        "FILESYSTEM_ROOT": str(plan.data / "localstack"),
    }
    variables = environment(plan, "localstack", **places, **settings)
    variables["PYTHONPATH"] = lambda_runtime.python_path()
    return Launch(
        name="localstack",
        argv=(plan.tools["localstack"], "-m", localstack_tuning.MODULE),
        env=variables,
        cwd=plan.home,
        log=plan.log("localstack"),
        ready=HttpOk(f"{plan.url('localstack')}/_localstack/health"),
        # It keeps nothing: there is nothing to wait for.
        stop=Stop(grace=0),
    )
