"""Rules of how an environment is run (sections 0.2, 1, 9 and 10)."""

from collections.abc import Iterator
from itertools import pairwise

from infra.environment.environment import Environment
from infra.environment.rules.finding import Finding, relaxed

_SOURCE = {"dev": "local", "staging": "dev", "prod": "staging"}
_NO_ACCOUNT = "000000000000"


def cloud(environment: Environment) -> Iterator[Finding]:
    """Local alone is emulated, in an account that cannot be anybody's."""
    local = environment.name == "local"
    if (environment.cloud == "emulated") != local:
        yield ("cloud",), f"must be {'emulated' if local else 'genuine'} in {environment.name} (section 0.2)"
    if (environment.account == _NO_ACCOUNT) != local:
        yield ("account",), f"must {'' if local else 'not '}be {_NO_ACCOUNT} in {environment.name} (section 0.2)"


def promotion(environment: Environment) -> Iterator[Finding]:
    """No step of local, dev, staging, prod is skipped; approvals are counted by people."""
    given, source = environment.promotion, _SOURCE.get(environment.name)
    if (given.source if given else None) != source:
        yield ("promotion", "source"), f"must be {source or 'absent'} in {environment.name} (section 1.2)"
    if given and len(set(given.approvals)) < len(given.approvals):
        yield ("promotion", "approvals"), "names a role twice; each approval is another person's (section 1.2)"
    if environment.production and given and not given.approvals:
        yield ("promotion", "approvals"), "production is never reached without approval (section 1.2)"


def hours(environment: Environment) -> Iterator[Finding]:
    """Production never stops; the others open before they close."""
    given = environment.business_hours
    if environment.production and given:
        yield ("business_hours",), "production operates 24/7 (section 1.1)"
    if given and given.opens >= given.closes:
        yield ("business_hours", "closes"), f"{given.closes} is not after {given.opens} (section 1.1)"


def maintenance(environment: Environment) -> Iterator[Finding]:
    """Production has a window, a rollback plan for each change, and an emergency path of two people."""
    given = environment.maintenance
    if given.window and given.window.opens >= given.window.closes:
        yield ("maintenance", "window", "closes"), f"{given.window.closes} is not after {given.window.opens}"
    if not environment.production:
        return
    if not given.window:
        yield ("maintenance", "window"), "production has a window (section 9.1)"
    if not given.rollback_plan:
        yield ("maintenance", "rollback_plan"), "all changes of production need a rollback plan (section 9.1)"
    if not given.emergency or len(set(given.emergency.approvals)) < 2:  # noqa: PLR2004  (two people)
        yield ("maintenance", "emergency", "approvals"), "an emergency is authorized by two people (section 9.1)"


def refresh(environment: Environment) -> Iterator[Finding]:
    """Production data reaches staging alone, sanitized and validated by a person."""
    given = environment.refresh
    if environment.production and given:
        yield ("refresh",), "production holds live data and is never refreshed (section 9.2)"
    if given and given.source == "production-sanitized":
        yield from _sanitized(environment)
    if relaxed(environment) and environment.data_class != "synthetic":
        yield ("data_class",), "test data only: must be synthetic (section 8.1)"


def _sanitized(environment: Environment) -> Iterator[Finding]:
    given = environment.refresh
    if relaxed(environment):
        yield ("refresh", "source"), "development holds no production data (section 8.1)"
    if given and not given.sanitization:
        yield ("refresh", "sanitization"), "PII must be removed or masked (section 9.2)"
    if given and not given.manual_validation:
        yield ("refresh", "manual_validation"), "refreshed data stays closed until a person validates it (C-92)"


def recovery(environment: Environment) -> Iterator[Finding]:
    """What is promised can be kept from what is stated."""
    given = environment.recovery
    for name in ("region", "copies"):
        if getattr(given, name) == environment.region:
            yield ("recovery", name), f"must differ from the environment's own region {environment.region} (C-93)"
    if environment.production and given.strategy != "restore-backups":
        yield ("recovery", "strategy"), "production's data is restored from backups (section 10.1)"
    order = ("assess", "restore-database", "redeploy", "update-dns", "validate")
    for first, second in pairwise(given.steps):
        if order.index(first) >= order.index(second):
            yield ("recovery", "steps"), f"{second} comes before {first} (section 10.1)"


RULES = (cloud, promotion, hours, maintenance, refresh, recovery)
