"""The Docker runtime: an emulator as a container whose life is bound to a process (`local.emulators.container`)."""

from __future__ import annotations

import json
import shlex
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict

from local.emulators import lambda_runtime
from local.emulators.container import COMPONENT, HOST, LABEL, Container, container_name
from local.emulators.environment import environment
from local.plan import Plan
from local.ports import LOOPBACK
from local.process import Launch, Stop
from local.profiles import profile
from local.readiness import HttpOk

INSIDE = 4566
"""The port that LocalStack's image exposes."""
SOCKET = "/var/run/docker.sock"
"""Where LocalStack looks for the engine."""


def localstack(plan: Plan, settings: Mapping[str, str]) -> Launch:
    """LocalStack's image on a loopback port of the machine. It gets the engine's socket: functions are containers."""
    port, name = plan.ports["localstack"], container_name(plan.root, plan.generation, "localstack")
    labels = {COMPONENT: "localstack", "distro.generation": plan.generation}
    places = {
        "GATEWAY_LISTEN": f"0.0.0.0:{INSIDE}",
        "LOCALSTACK_HOST": f"localhost:{port}",
        "MAIN_CONTAINER_NAME": name,
        "LAMBDA_DOCKER_FLAGS": shlex.join(_of_functions(plan, {LABEL: str(plan.root), **labels})),
    }
    container = Container(
        name=name,
        image=plan.tools["localstack-image"],
        environment={**places, **settings},
        labels=labels,
        root=str(plan.root),
        published={str(INSIDE): port},
        relayed=[other for component, other in plan.ports.items() if component in _companions(plan)],
        volumes={_socket(plan.tools["docker"]): SOCKET},
    )
    return launch(plan, container, ready=HttpOk(f"{plan.url('localstack')}/_localstack/health"))


def _of_functions(plan: Plan, labels: Mapping[str, str]) -> list[str]:
    """Options of a function's container: found by the same labels, and reaching the other emulators."""
    endpoints = {variable: url.replace(LOOPBACK, HOST) for variable, url in lambda_runtime.endpoints(plan).items()}
    marked = [word for name, value in labels.items() for word in ("--label", f"{name}={value}")]
    told = [word for name, value in endpoints.items() for word in ("-e", f"{name}={value}")]
    return [*marked, *told, "--add-host", f"{HOST}:host-gateway"]


def _companions(plan: Plan) -> set[str]:
    table = profile(plan.profile)
    return set(table.services.values()) - {table.main}


def _socket(engine: str) -> str:
    """Where the engine itself finds its socket: one in a virtual machine has it at the usual place."""
    return engine.removeprefix("unix://") if sys.platform == "linux" else SOCKET


def launch(plan: Plan, container: Container, ready: HttpOk) -> Launch:
    """The process that runs a container and is its life."""
    name = container.labels[COMPONENT]
    description = json.dumps(asdict(container))
    return Launch(
        name=name,
        argv=(sys.executable, "-m", "local.emulators.container", plan.tools["docker"], description),
        env=environment(plan, name),
        cwd=plan.home,
        log=plan.log(name),
        ready=ready,
        patience=180.0,
        # It has to remove its container.
        stop=Stop(grace=5.0),
        death_signal=signal.SIGTERM,
    )
