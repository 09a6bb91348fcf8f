"""Ending what a sandbox left behind: processes without a supervisor, containers without a runner, and its data."""

from __future__ import annotations

import shutil
from pathlib import Path

from local import orphans, shared_memory
from local.plan import Plan
from local.record import Record


def end(root: Path, found: Record | None) -> None:
    """End everything of the sandbox in `root`; `found` is its record, if it has one."""
    orphans.sweep(root)
    if found is not None:
        _end_containers(found.plan)


def end_generation(plan: Plan) -> None:
    """End everything of one generation but this process."""
    orphans.sweep(plan.root, plan.generation)
    _end_containers(plan)


def end_component(plan: Plan, component: str) -> None:
    """End everything of one component."""
    orphans.sweep(plan.root, plan.generation, orphans.CHILD, component)
    _end_containers(plan, component)


def remove_data(root: Path) -> None:
    """Remove what the emulators of an ended generation kept: their files, and PostgreSQL's memory in the kernel."""
    shared_memory.release(root / "data" / "postgres")
    for folder in ("data", "home"):
        if (root / folder).exists():
            shutil.rmtree(root / folder)


def _end_containers(plan: Plan, component: str | None = None) -> None:
    if plan.runtime == "docker":
        from local.emulators import container

        container.remove_all(plan.tools["docker"], str(plan.root), component)
