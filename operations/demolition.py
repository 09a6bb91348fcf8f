"""Before and after a rehearsed stack is destroyed: locks that a person would take off by hand, and what stays behind.

Production and `shared` are protected in a rehearsal as they are in life; the account is a throw-away one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import state
from operations import sandbox as sandboxes
from operations.clients import aws
from operations.target import SHARED

if TYPE_CHECKING:
    from local.sandbox import Sandbox
    from operations.target import Target

_CLUSTER = "aws:rds/cluster:Cluster"
_LIFTED = {"forceDestroy": True, "skipFinalSnapshot": True, "deletionProtection": False, "recoveryWindowInDays": 0}
"""Inputs that keep data, or names, beyond a deletion."""


def prepare(target: Target, found: Sandbox) -> None:
    """Take off every protection: the engine's, and AWS's own."""
    file = sandboxes.workspace(target).state_file
    rds = aws(found, "rds")
    for each in state.resources(file):
        if each["type"] == _CLUSTER and each["inputs"].get("deletionProtection"):
            rds.modify_db_cluster(DBClusterIdentifier=each["id"], DeletionProtection=False, ApplyImmediately=True)
    state.release(file, _LIFTED)


def finish(target: Target, found: Sandbox) -> None:
    """Remove the users of its Firebase project, for whom no resource stands."""
    import httpx

    if target.environment != SHARED:
        project = sandboxes.environment(target).firebase_project
        url = f"{found.endpoint('firebase-auth')}/emulator/v1/projects/{project}/accounts"
        httpx.delete(url, headers={"Authorization": "Bearer owner"}, trust_env=False).raise_for_status()
