"""Runs the checks side by side."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from infra.errors import UsageError
from infra.progress import Progress, Report
from operations.smoke import api, configuration, database, firebase, messaging, monitoring, storage
from operations.smoke.check import Check, CheckFailed, Context, Outcome

CHECKS: tuple[Check, ...] = (
    *api.CHECKS,
    *database.CHECKS,
    *storage.CHECKS,
    *messaging.CHECKS,
    *configuration.CHECKS,
    *monitoring.CHECKS,
    *firebase.CHECKS,
)
_TOGETHER = 8


def run(context: Context, report: Report, names: Sequence[str] = ()) -> list[Outcome]:
    """Run all checks that concern the environment, or those named of them; outcomes in the order of the table.

    Raises UsageError for a name that no check has.
    """
    known = {check.name for check in CHECKS}
    if unknown := sorted(set(names) - known):
        raise UsageError(f"There is no check {', '.join(unknown)}.", hint=f"Checks: {', '.join(sorted(known))}.")
    concerned = [check for check in CHECKS if check.concerns(context.environment)]
    chosen = [check for check in concerned if not names or check.name in names]
    with ThreadPoolExecutor(_TOGETHER) as pool:
        return list(pool.map(lambda check: _outcome(check, context, report), chosen))


def _outcome(check: Check, context: Context, report: Report) -> Outcome:
    from botocore.exceptions import BotoCoreError, ClientError
    from httpx import HTTPError
    from psycopg import Error as DatabaseError

    started = time.monotonic()
    report(Progress("smoke", check.name, "running"))
    result, detail = "passed", ""
    try:
        detail = check.run(context)
    except (CheckFailed, BotoCoreError, ClientError, HTTPError, DatabaseError, OSError) as error:
        result, detail = "failed", str(error).strip() or type(error).__name__
    seconds = time.monotonic() - started
    report(Progress("smoke", check.name, "done" if result == "passed" else "failed", seconds=seconds))
    return Outcome(check.name, check.system, "passed" if result == "passed" else "failed", seconds, detail)
