"""The environment of an emulator: the firewall's, with the emulated account."""

from __future__ import annotations

from local import orphans
from local.firewall import account_environment, child_environment
from local.plan import Plan


def environment(plan: Plan, component: str, **more: str) -> dict[str, str]:
    """Variables for a component of a sandbox; `more` comes last."""
    account = account_environment(plan.account, plan.region, plan.home)
    marker = orphans.marker(plan.root, plan.generation, orphans.CHILD, component)
    return child_environment(marker, plan.home, **(account | more))
