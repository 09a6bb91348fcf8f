"""Everything that is no part of this package and that a sandbox needs: the engine and the emulators, side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine import toolchain as engine
from infra.progress import Report
from infra.provisioning.tools import interruptible
from local import items
from local import toolchain as emulators
from local.toolchain import Toolchain


def complete(profile: str, runtime: str) -> bool:
    """Whether everything of `ensure` is there, the Firebase bundle aside, which looks for itself."""
    return engine.find() is not None and all(item.present for item in items.of(profile, runtime))


def ensure(profile: str, runtime: str, report: Report) -> tuple[Path, Toolchain]:
    """The engine and the emulators' programs, made where they are missing; `runtime` is "host" or "docker".

    Raises OperationFailed for what cannot be made; what was made meanwhile stays.
    """
    with ThreadPoolExecutor(max_workers=1) as beside, interruptible():
        programs = beside.submit(emulators.ensure, profile, runtime, report)
        return engine.pulumi_binary(report), programs.result()
