"""Taking a target down, and leaving nothing of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress

from engine import toolchain
from engine.operation import operation
from engine.program import ProgramSource
from engine.stack import Stack
from infra.errors import EnvironmentBusy, UsageError
from infra.paths import project_root
from infra.progress import Report
from local import sandbox as clouds
from operations import account as accounts
from operations import demolition
from operations import sandbox as sandboxes
from operations.deployment import Deployment
from operations.target import SHARED, Target


def down(target: Target, report: Report, recording: AbstractContextManager[None] | None = None) -> None:
    """Take a target down; no process, port, container or temporary file of it is left. One that is not there is fine.

    In a rehearsal its stack alone is destroyed, within `recording`; the last one takes the emulators with it, and all
    that lies beside them, the record too. Raises UsageError for `shared` while other stacks use it, EnvironmentBusy,
    OperationFailed.
    """
    file = sandboxes.workspace(target).state_file
    with recording or nullcontext(), operation(target.home, f"down {target.environment}", file):
        if target.rehearsal:
            _destroy(target, report)
            shutil.rmtree(target.home)
        else:
            clouds.stop(target.emulators)
            shutil.rmtree(target.account)
    if target.rehearsal:
        with suppress(EnvironmentBusy), _alone(target):  # whoever works on another stack still needs the emulators
            if not any(map(sandboxes.resources, target.siblings)):
                _remove(target)


def end(target: Target) -> None:
    """End the whole account of a target: its emulators, and every stack on them. Raises EnvironmentBusy."""
    with _alone(target):
        _remove(target)


@contextmanager
def _alone(target: Target) -> Iterator[None]:
    """Nobody else works on any stack of the account. Raises EnvironmentBusy."""
    with ExitStack() as held:
        for each in target.siblings:
            file = sandboxes.workspace(each).state_file
            held.enter_context(operation(each.home, f"down {each.environment}", file))
        held.enter_context(accounts.held(target)).alone()
        yield


def _remove(target: Target) -> None:
    clouds.stop(target.emulators)
    shutil.rmtree(target.account)


def _destroy(target: Target, report: Report) -> None:
    """Delete every resource of the stack from the account that others use too."""
    with accounts.held(target):
        if not sandboxes.is_up(target):
            return
        _require_unused(target)
        found = sandboxes.running(target)
        binary = toolchain.pulumi_binary(report)
        stack = Stack(sandboxes.attached(sandboxes.workspace(target), found), ProgramSource(project_root()), binary)
        stack.recover()
        demolition.prepare(target, found)
        stack.destroy(Deployment(report))
        demolition.finish(target, found)
        stack.remove()


def _require_unused(target: Target) -> None:
    if target.environment != SHARED:
        return
    others = [each for each in target.siblings if each.environment != SHARED and sandboxes.resources(each)]
    users = [each.environment for each in others if sandboxes.environment(each).needs_shared]
    if users:
        hint = f"Run: {target.beside(users[0]).command('down')} (or all of it: {target.command('down')} --all)"
        raise UsageError(f"{', '.join(users)} of this rehearsal use shared.", hint=hint)
