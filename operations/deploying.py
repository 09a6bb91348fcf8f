"""Deploying a target: its emulators, the stack `shared` where it needs that, then the engine."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from engine import state, toolchain
from engine.program import ProgramSource
from engine.stack import Stack
from engine.workspace import PROJECT
from infra.environment import Environment, Shared
from infra.errors import Interrupted
from infra.paths import project_root
from infra.progress import Report
from infra.provisioning.tools import interruptible
from local import sandbox as clouds
from operations import account as accounts
from operations import rehearsal_secrets, settled
from operations import sandbox as sandboxes
from operations.account import Account
from operations.deployment import Deployment
from operations.target import SHARED, Target
from operations.up import Deployed, Request, counts, up

REHEARSAL_PROJECT = "demo-distronation-rehearsal"
"""The default of a rehearsal's Auth emulator. Nothing lies in it: each stack has a Firebase project of its own."""
_SHARED_PATIENCE = 600.0
"""Seconds to wait for somebody else who brings `shared` up."""


def deploy(request: Request, specification: Environment | Shared, report: Report, interrupted: str | None) -> Deployed:
    """What `up` does where something has to be done, in its operation; raises as that.

    `interrupted` is the operation before it, if that was killed.
    """
    shared = with_shared(request, specification, report)
    return replace(_deploy(request, specification, report), shared=shared, mended=interrupted)


def with_shared(request: Request, specification: Environment | Shared, report: Report) -> Deployed | None:
    """Have `shared` up where the environment uses it: nobody can deploy it without."""
    target = request.target.beside(SHARED)
    needed = isinstance(specification, Environment) and specification.needs_shared
    if not request.target.rehearsal or not needed or sandboxes.is_up(target):
        return None
    return up(replace(request, target=target), report, wait=_SHARED_PATIENCE)


def _deploy(request: Request, specification: Environment | Shared, report: Report) -> Deployed:
    started = time.monotonic()
    target, state_file = request.target, sandboxes.workspace(request.target).state_file
    with accounts.held(target) as account:
        settled.unsettle(target)
        sandbox, stack = ready(request, specification, account, report)
        sources = settled.sources()
        started_up = time.monotonic()
        update = stack.up(Deployment(report), refresh=bool(state.resources(state_file)))
        settled.settle(target, sandbox, sources, update.changes)
        if target.rehearsal and isinstance(specification, Environment):
            rehearsal_secrets.fill(specification, sandbox)
        finished = time.monotonic()
    seconds = {"emulators": started_up - started, "deploying": finished - started_up, "all": finished - started}
    count = len(state.resources(state_file))
    return Deployed(sandbox, counts(update.changes), count, update.outputs, seconds)


def ready(
    request: Request, specification: Environment | Shared, account: Account, report: Report
) -> tuple[clouds.Sandbox, Stack]:
    """Emulators and engine, made ready side by side. Where that is cut short, no new sandbox is left."""
    account.alone(unless=lambda: account.current)
    emulators = request.target.emulators
    before = clouds.load(emulators)
    if before is None or account.generation != before.generation:
        account.alone()
        account.discard()
    with ThreadPoolExecutor(max_workers=1) as beside:
        starting = beside.submit(_start, request, specification, before, report)
        try:
            with interruptible():
                stack = _prepare(request.target, specification, report)
                sandbox = starting.result()
                return sandbox, _attached(stack, sandbox, account, request.target)
        except BaseException as error:
            interrupted = isinstance(error, KeyboardInterrupt | Interrupted)
            # Emulators that could not be started left their logs, which are there to be read.
            if before is None and (interrupted or starting.exception() is None):
                clouds.stop(emulators)
            raise


def _start(
    request: Request, specification: Environment | Shared, before: clouds.Sandbox | None, report: Report
) -> clouds.Sandbox:
    target = request.target
    wanted = clouds.SandboxRequest(
        name=target.emulators, profile=request.profile or (before.profile if before else target.profile),
        runtime=request.runtime, account=specification.account, region=specification.region,
        project=_project(target, specification),
    )  # fmt: skip
    return clouds.start(wanted, report)


def _project(target: Target, specification: Environment | Shared) -> str:
    """The project of whoever names none to the Auth emulator."""
    if target.rehearsal or not isinstance(specification, Environment):
        return REHEARSAL_PROJECT
    return specification.firebase_project


def _prepare(target: Target, specification: Environment | Shared, report: Report) -> Stack:
    """Everything of the engine that needs no emulator, done while they start."""
    binary = toolchain.pulumi_binary(report)
    stack = Stack(sandboxes.workspace(target), ProgramSource(project_root()), binary)
    stack.init()
    stack.recover()
    if target.rehearsal and _signs_in_with_google(specification):
        for key in ("google-client-id", "google-client-secret"):
            stack.keep(f"{PROJECT}:{key}", f"rehearsal-{secrets.token_urlsafe(16)}")
    return stack


def _signs_in_with_google(specification: Environment | Shared) -> bool:
    """Whether it needs an OAuth client (C-48): in a rehearsal one that nobody else has."""
    return isinstance(specification, Environment) and "google" in specification.firebase.authentication.providers


def _attached(stack: Stack, sandbox: clouds.Sandbox, account: Account, target: Target) -> Stack:
    """Point the engine at the emulators. What a state of another generation describes is gone: it is discarded."""
    if account.generation not in {None, sandbox.generation}:
        account.alone()
        account.discard()
        stack.workspace = sandboxes.workspace(target)
        stack.init()
    account.begin(sandbox.generation)
    account.together()
    stack.workspace = sandboxes.attached(stack.workspace, sandbox)
    stack.source = sandboxes.program(sandbox)
    return stack
