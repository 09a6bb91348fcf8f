"""Rules of the database and the buckets (sections 2.2 and 2.3)."""

from collections.abc import Iterator

from infra.environment.environment import Environment
from infra.environment.operation import Window
from infra.environment.rules.finding import Finding, relaxed
from infra.environment.storage import Bucket

_EASTERN = (4, 5)  # hours that New York is behind UTC, in summer and in winter


def capacity(environment: Environment) -> Iterator[Finding]:
    """Capacity goes from least to greatest."""
    database = environment.database
    if database.min_acu > database.max_acu:
        yield ("database", "min_acu"), f"{database.min_acu} is above max_acu ({database.max_acu}) (section 2.2)"


def access(environment: Environment) -> Iterator[Finding]:
    """Production is reached by the Data API alone, staging by senior developers besides."""
    database = environment.database
    allowed = {"prod": ("prohibited",), "staging": ("prohibited", "senior-developers")}.get(environment.name)
    if allowed and database.direct_access not in allowed:
        text = f"{database.direct_access} is not allowed; allowed in {environment.name}: {' or '.join(allowed)}"
        yield ("database", "direct_access"), f"{text} (section 2.2)"
    if database.direct_access == "prohibited" and database.data_api != "required":
        yield ("database", "data_api"), "must be required where direct access is prohibited (section 2.2)"


def protection(environment: Environment) -> Iterator[Finding]:
    """Production's data survives a mistake."""
    if environment.production:
        for name in ("deletion_protection", "final_snapshot", "multi_az"):
            if not getattr(environment.database, name):
                yield ("database", name), "must be true in production (sections 1.1 and 2.2)"
        if environment.database.encryption_key != "customer":
            yield ("database", "encryption_key"), "must be customer in production (C-28)"


def window(environment: Environment) -> Iterator[Finding]:
    """AWS's weekly window in UTC lies inside the maintenance window in summer and in winter (C-89)."""
    given = environment.maintenance.window
    start, end = (part[4:] for part in _halves(environment.database.maintenance_window))
    day = {part[:3] for part in _halves(environment.database.maintenance_window)}
    if given and (day != {given.weekday[:3]} or any(not _inside(start, end, given, behind) for behind in _EASTERN)):
        yield ("database", "maintenance_window"), f"is not inside {given.opens}-{given.closes} New York all year (C-89)"


def buckets(environment: Environment) -> Iterator[Finding]:
    """Nothing public above development; what is critical in production has a replica."""
    for label, bucket in environment.buckets.items():
        for key, message in _bucket(environment, bucket):
            yield ("buckets", label, *key), message


def _bucket(environment: Environment, bucket: Bucket) -> Iterator[Finding]:
    if bucket.public_access and not relaxed(environment):
        yield ("public_access",), f"is never allowed in {environment.name} (section 2.3)"
    if bucket.replicate_to and not environment.production:
        yield ("replicate_to",), f"replication is disabled in {environment.name} (section 2.3)"
    if environment.production and bucket.critical != bool(bucket.replicate_to):
        yield ("replicate_to",), "is for critical buckets, and each of them has it (section 2.3, C-37)"
    if bucket.replicate_to == environment.region:
        yield ("replicate_to",), f"must be another region than {environment.region} (section 2.3)"
    if not (bucket.versioning or relaxed(environment)):
        yield ("versioning",), f"must be true in {environment.name} (section 2.3)"
    ageing = bucket.lifecycle
    if ageing.delete_after_days and ageing.delete_after_days <= (ageing.transition_days or 0):
        yield ("lifecycle", "delete_after_days"), "must come after transition_days (C-38)"


def _halves(window: str) -> tuple[str, str]:
    start, _, end = window.partition("-")
    return start, end


def _inside(start: str, end: str, given: Window, behind: int) -> bool:
    first, last = (_minutes(clock) - behind * 60 for clock in (start, end))
    return _minutes(given.opens) <= first < last <= _minutes(given.closes)


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


RULES = (capacity, access, protection, window, buckets)
