"""Single emulators for tests: one component of a sandbox, without the others and without a supervisor."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra.progress import silent
from local import process, toolchain
from local.emulators import localstack, ministack, moto, postgres
from local.orphans import sweep
from local.plan import Plan
from local.ports import Reservation
from local.process import Child

ACCOUNT = "000000000000"
REGION = "us-east-1"
MAIN = ("localstack", "ministack")
"""The main AWS emulator of each profile, named after it."""
LAUNCHES = {
    "localstack": localstack.launch,
    "ministack": ministack.launch,
    "moto": moto.launch,
    "postgres": postgres.launch,
}


@dataclass(frozen=True)
class Emulators:
    """What runs, and how to talk to it."""

    plan: Plan
    children: dict[str, Child]

    @property
    def main(self) -> str:
        """The main AWS emulator."""
        return self.plan.profile

    def client(self, service: str, component: str | None = None, **config: Any) -> Any:
        """A boto3 client of the main emulator, or of another one, that tries nothing twice."""
        return self.client_at(service, self.plan.url(component or self.main), **config)

    def client_at(self, service: str, url: str, **config: Any) -> Any:
        """The same for an endpoint that is none of these."""
        return boto3.client(
            service,
            endpoint_url=url,
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 0}, read_timeout=60, **config),
        )


@contextlib.contextmanager
def running(root: Path, *components: str) -> Iterator[Emulators]:
    """Start some, and leave nothing of them."""
    reserved = {name: Reservation() for name in {*components, "rds-data", "moto"}}
    profile = next((name for name in MAIN if name in components), "localstack")
    plan = Plan(
        name="alone",
        generation="test",
        profile=profile,
        runtime="host",
        account=ACCOUNT,
        region=REGION,
        project="demo-test",
        root=root,
        ports={name: each.port for name, each in reserved.items()},
        tools=toolchain.ensure(profile, "host", silent).programs(),
        secrets={"postgres": "superuser", "control": ""},
    )
    for folder in (plan.home, plan.data, plan.logs):
        folder.mkdir(parents=True, exist_ok=True)
    if "postgres" in components:
        postgres.prepare(plan)
    with asyncio.Runner() as runner:
        children: dict[str, Child] = {}
        try:
            children |= runner.run(_start(plan, components))
            yield Emulators(plan, children)
        finally:
            runner.run(_stop(children.values()))
            sweep(plan.root)
            for each in reserved.values():
                each.release()


async def _start(plan: Plan, components: Sequence[str]) -> dict[str, Child]:
    started = await asyncio.gather(*(process.start(LAUNCHES[name](plan)) for name in components))
    return dict(zip(components, started, strict=True))


async def _stop(children: Any) -> None:
    await asyncio.gather(*(child.stop() for child in children))
