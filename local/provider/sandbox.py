"""The sandbox's record, read when first needed: it may be written after the provider has started."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from infra.errors import OperationFailed
from local import record
from local.components import COMPONENTS, endpoint
from local.plan import Plan
from local.profiles import profile

PATIENCE = 30.0
"""Seconds to wait for the record of a sandbox that is starting."""


@dataclass
class RecordedSandbox:
    """`Endpoints` from `<root>/sandbox.json`."""

    root: Path

    @cached_property
    def plan(self) -> Plan:
        """What is fixed for this generation; raises OperationFailed where there is no record after `PATIENCE`."""
        deadline = time.monotonic() + PATIENCE
        while (found := record.read(self.root)) is None:
            if time.monotonic() > deadline:
                raise OperationFailed(f"{self.root / record.FILE} was not written within {PATIENCE:.0f} s")
            time.sleep(0.05)
        return found.plan

    @property
    def generation(self) -> str:
        """Which life of the emulators this is."""
        return self.plan.generation

    @property
    def account(self) -> str:
        """Twelve digits."""
        return self.plan.account

    @property
    def region(self) -> str:
        """The sandbox's home region."""
        return self.plan.region

    def endpoint(self, service: str) -> str:
        """The URL of a component by its name, or of the emulator that serves a boto3 service."""
        component = service if service in COMPONENTS else profile(self.plan.profile).component(service)
        return endpoint(self.plan, component)

    def secret(self, component: str) -> str:
        """The password of a component's administrator, made for this generation."""
        return self.plan.secrets.get(component, "")
