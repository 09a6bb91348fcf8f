"""The table of components: how each is prepared and launched. The Firebase database and storage join here."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.paths import project_root
from local import confinement
from local.emulators import firebase_auth, localstack, ministack, moto, postgres
from local.emulators.environment import environment
from local.plan import Plan
from local.process import Launch, Stop
from local.profiles import profile
from local.readiness import PortOpen


def _nothing(_: Plan) -> None:
    """No preparation."""


@dataclass(frozen=True)
class Recipe:
    """One component."""

    name: str
    launch: Callable[[Plan], Launch]
    prepare: Callable[[Plan], None] = _nothing
    """Makes files; runs before the launch, in the supervisor's only thread, so it has to be quick."""
    scheme: str = "http"
    confined: bool = True
    """Whether the user's home is hidden from it where the kernel can do that."""

    def confined_launch(self, plan: Plan) -> Launch:
        """The launch, with what the component may see."""
        launch = self.launch(plan)
        return dataclasses.replace(launch, view=confinement.view(plan)) if self.confined else launch


def recipes(plan: Plan) -> list[Recipe]:
    """The components of a plan's profile, in the order of starting."""
    return [COMPONENTS[name] for name in profile(plan.profile).components]


def endpoint(plan: Plan, component: str) -> str:
    """Where a component listens."""
    return plan.url(component, COMPONENTS[component].scheme)


_MODULES = {"provider": "provider", "rds-data": "rdsdata"}


def _own(plan: Plan, component: str, *arguments: str) -> Launch:
    """A component that is a module of this package; ready when its port is open."""
    port = plan.ports[component]
    return Launch(
        name=component,
        argv=(sys.executable, "-m", f"local.{_MODULES[component]}", "--port", str(port), *arguments),
        env=environment(plan, component),
        cwd=plan.home,
        log=plan.log(component),
        ready=PortOpen(port),
        stop=Stop(grace=0),
    )


def _provider(plan: Plan) -> Launch:
    return _own(plan, "provider", "--sandbox", str(plan.root))


def _program(plan: Plan) -> Launch:
    """The program host of this checkout, everything imported: see `engine.warm`."""
    port, source = plan.ports["program"], project_root()
    return Launch(
        name="program",
        argv=(sys.executable, "-m", "engine.warm", "--port", str(port), "--source", str(source)),
        env=environment(plan, "program", DISTRO_PROGRAM_TOKEN=plan.secrets["program"]),
        cwd=source,
        log=plan.log("program"),
        ready=PortOpen(port),
        stop=Stop(grace=0),
    )


def _rds_data(plan: Plan) -> Launch:
    table = profile(plan.profile)
    secrets, clusters = (plan.url(table.component(service)) for service in ("secretsmanager", "rds"))
    database = endpoint(plan, "postgres")
    return _own(plan, "rds-data", "--postgres", database, "--secrets", secrets, "--rds", clusters)


def _firebase_auth(plan: Plan) -> Launch:
    name = "firebase-auth"
    bundle, port = Path(plan.tools[name]), plan.ports[name]
    launch = firebase_auth.launch(bundle, port=port, project=plan.project, home=plan.home, log=plan.log(name))
    return dataclasses.replace(launch, env=environment(plan, name), stop=Stop(grace=0))


COMPONENTS: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        # Their functions get mounts of their own, which nobody may make who is confined (landlock(7)).
        Recipe("localstack", localstack.launch, confined=False),
        Recipe("ministack", ministack.launch, confined=False),
        Recipe("moto", moto.launch),
        Recipe("postgres", postgres.launch, postgres.prepare, scheme="postgresql"),
        Recipe("rds-data", _rds_data),
        Recipe("firebase-auth", _firebase_auth),
        Recipe("program", _program, scheme="tcp"),
        Recipe("provider", _provider, scheme="grpc"),
    )
}
