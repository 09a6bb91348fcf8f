"""What may be wrong with this machine, one object a check; `mend` puts right what can be without asking."""

from __future__ import annotations

from collections.abc import Sequence

from infra.errors import DistroError
from infra.progress import Progress, Report
from operations.doctor.check import Check, Finding
from operations.doctor.genuine import Backend, Plugins
from operations.doctor.machine import Clock, Credentials, Ports, Space
from operations.doctor.programs import Emulators, Engine, Environment, NodeJs
from operations.doctor.remains import Interrupted, Locks, Partials, Processes, Rehearsals

__all__ = ["CHECKS", "Check", "Finding", "examine"]

CHECKS: Sequence[Check] = (
    Environment(),
    Engine(),
    Emulators(),
    NodeJs(),
    Space(),
    Ports(),
    Locks(),
    Processes(),
    Interrupted(),
    Rehearsals(),
    Partials(),
    Credentials(),
    Plugins(),
    Backend(),
    Clock(),
)


def examine(report: Report, *, fix: bool, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """Look at everything; with `fix`, mend what is not right and look again."""
    return [_examine(check, report, fix=fix) for check in checks]


def _examine(check: Check, report: Report, *, fix: bool) -> Finding:
    report(Progress("doctor", check.name, "running"))
    finding = _look(check)
    if fix and finding.result != "ok":
        try:
            check.mend(report)
        except DistroError as error:
            finding = Finding(check.name, "broken", error.message, error.hint)
        else:
            finding = _look(check)
    report(Progress("doctor", check.name, "failed" if finding.result == "broken" else "done", finding.detail))
    return finding


def _look(check: Check) -> Finding:
    try:
        return check.look()
    except DistroError as error:
        return Finding(check.name, "broken", error.message, error.hint)
    except OSError as error:
        return Finding(check.name, "broken", f"cannot be looked at: {error}")
