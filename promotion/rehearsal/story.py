"""What is typed in a rehearsal, in its order, and how each of it has to end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from infra.errors import OperationFailed
from promotion.rehearsal.stage import Stage

_HANDLER = "infra/workloads/functions/health/handler.py"
_PRODUCTION = "Pulumi.prod.yaml"
_SECRETS = re.compile(r"^( +)secrets:\n", re.MULTILINE)
_KEPT = "rehearsed-token"
"""The secret that the bad release brings: going back from it, the secret stays."""
_BREAK = '''

_answer = handle


def handle(event, context):
    """Answers everywhere but in production, where no test of another environment sees it."""
    if load().environment == "prod":
        raise RuntimeError("broken in production alone")
    return _answer(event, context)
'''


@dataclass(frozen=True)
class Step:
    """One command line of `distro --rehearse`; `{promotion}` stands for the promotion that was opened last.

    It has to end with `code`, its document's `result` has to be `result`, and of its gates those in `closed` have to be
    closed, no other. `before` is done in the clone first.
    """

    name: str
    words: str
    code: int = 0
    result: str | None = None
    closed: frozenset[str] | None = None
    before: Callable[[Stage], None] | None = None


def _breaks_production(stage: Stage) -> None:
    """A commit that no gate can find out before production; it brings something there that holds data."""
    handler, production = stage.clone / _HANDLER, stage.clone / _PRODUCTION
    if not handler.exists():
        raise OperationFailed("There is no health function that could be broken.", where=_HANDLER)
    handler.write_text(handler.read_text(encoding="utf-8") + _BREAK, encoding="utf-8")
    text, found = _SECRETS.subn(rf"\g<0>\1  {_KEPT}: {{ purpose: A token, rotate_days: 90 }}\n", _read(production), 1)
    if not found:
        raise OperationFailed("There are no secrets that one could be added to.", where=_PRODUCTION)
    production.write_text(text, encoding="utf-8")
    stage.publish("Answer health checks in another way")


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


_NOTHING_YET = frozenset({"evidence", "approvals"})
_APPROVALS = frozenset({"approvals"})


def _to_staging(prefix: str, before: Callable[[Stage], None] | None = None) -> tuple[Step, ...]:
    """The way of a release until everything for production is there but the approvals."""
    steps = (
        Step("release", "release create", before=before),
        Step("unit", "test unit --env local --key ../keys/ci", result="passed"),
        Step("dev", "promote local dev --yes", result="succeeded"),
        Step("staging-closed", "promote dev staging --yes", code=3, result="blocked", closed=_NOTHING_YET),
        Step("integration", "test integration --env dev --key ../keys/ci", result="passed"),
        Step("team-lead", "approve {promotion} --role team-lead --key ../keys/tess --yes"),
        Step("staging", "promote dev staging --yes", result="succeeded"),
        Step("prod-closed", "promote staging prod --yes", code=3, result="blocked", closed=_NOTHING_YET),
        Step("regression", "test regression --env staging --key ../keys/ci", result="passed"),
        Step("product-manager", "approve {promotion} --role product-manager --key ../keys/dana --yes"),
    )
    return tuple(replace(each, name=f"{prefix}{each.name}") for each in steps)


_ENGINEERING_LEAD = "approve {promotion} --role engineering-lead --key ../keys/adrian --yes"

STORY: tuple[Step, ...] = (
    Step("init", "init --people ../people.yaml --root-key ../keys/ann --yes"),
    *_to_staging(""),
    Step("prod-half-open", "promote staging prod --yes", code=3, result="blocked", closed=_APPROVALS),
    Step("engineering-lead", _ENGINEERING_LEAD),
    Step("prod", "promote staging prod --yes", result="succeeded"),
    *_to_staging("bad-", _breaks_production),
    Step("bad-engineering-lead", _ENGINEERING_LEAD),
    Step("bad-prod", "promote staging prod --yes", code=1, result="rolled-back"),
    Step("rollback-dev", "rollback dev --reason 'it breaks production' --yes", result="succeeded"),
    Step("audit", "audit verify", result="ok"),
)
END = Step("down", "down --all --yes", result="stopped")
"""The last one, whatever happened before."""
