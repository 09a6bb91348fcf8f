"""Deploying an environment on genuine clouds: what promotions there work with."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from engine import canonical, runner, state
from engine.genuine import GenuineStack
from infra.environment import Environment
from infra.specification import SHARED
from operations.backend.caller import client
from operations.deployer import Deployer, Held, failed
from operations.genuine import reaching
from operations.genuine.engine_lock import EngineLock
from operations.genuine.site import NotDeployed, Site


@dataclass(frozen=True)
class GenuineDeployer(Deployer[GenuineStack]):
    """One stack, by its site. Nobody but promotions deploys staging, prod and `shared`."""

    site: Site

    def drifted(self) -> tuple[str, ...]:
        """Resources that differ from the state."""
        with self.looking() as stack:
            if not state.resources(stack.workspace.state_file):
                return ()
            return self.differing(stack)

    def failing(self, specification: bytes) -> tuple[str, ...]:
        """Smoke checks that fail; `shared` offers nothing that could be checked."""
        if self.site.stack == SHARED:
            return ()
        with self.site.looking() as stack:
            outputs = stack.outputs().clear
        return failed(reaching.smoke(Environment.model_validate_json(specification), outputs, self.report))

    @contextmanager
    def operation(self, command: str) -> Iterator[Held[GenuineStack]]:
        """Hold the stack, on this machine's record. Raises EnvironmentBusy."""
        with self.site.operation(command) as stack:
            yield Held(stack, self.loaded, self.report, self.canonical)

    def running(self) -> bool:
        """Whether an engine has the stack's lock."""
        return self._lock().held()

    def free(self) -> None:
        """End an engine that outlived its caller on this machine, and free the lock."""
        self._lock().free()

    def halt(self) -> None:
        """Kill what this process runs of the engine, at once: the bucket may be what cannot be reached."""
        runner.kill_children(name=self.site.pulumi.name)

    def folder(self) -> Path:
        """What this machine keeps of the stack."""
        self.site.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.site.folder

    @contextmanager
    def looking(self) -> Iterator[GenuineStack]:
        """The stack in a workspace of its own."""
        with ExitStack() as entered:
            try:
                found = entered.enter_context(self.site.looking())
            except NotDeployed:
                with self.site.operation(f"prepare {self.site.stack}"):
                    pass
                found = entered.enter_context(self.site.looking())
            yield found

    def canonical(self, stack: GenuineStack) -> canonical.State:
        """Under the data key of the state, which whoever may decrypt the state has, on every machine."""
        named = yaml.safe_load(stack.workspace.configuration.read_text(encoding="utf-8"))
        return stack.canonical(_key(named["encryptedkey"], self.site.place.region))

    def _lock(self) -> EngineLock:
        return EngineLock(self.site.place, self.site.stack, client("s3", self.site.place.region))


@cache
def _key(encrypted: str, region: str) -> bytes:
    """From the data key as the engine keeps it: in base64, encrypted by KMS, which knows under which key."""
    data_key = client("kms", region).decrypt(CiphertextBlob=base64.b64decode(encrypted))["Plaintext"]
    return canonical.key_of(base64.b64encode(data_key).decode())
